/** Where the log is written: whatever becomes of its lines, requests are answered and the process ends. */
import { write as writeLater, writeSync } from 'node:fs'

/** So much waits for a reader that is slow; what comes then is lost (characters). */
const MAX_WAITING = 1024 * 1024
const TRY_AGAIN_AFTER = 100

export type LogOutput = {
  write(line: string): void
  /** Calls back when nothing waits any more. */
  flush(written: () => void): void
}

/**
 * Writes lines to a file, a pipe or a terminal. Lines that cannot be written, as the disk is full or the reader has gone,
 * are lost, and their number is written when it is possible again. What waits at the end of the process is written then.
 * @param aboutLost the line that says how many were lost
 */
export function createLogOutput(descriptor: number, aboutLost: (lines: number) => string): LogOutput {
  let waiting: string[] = []
  let length = 0
  let lost = 0
  let isWriting = false
  let isKnownToProcess = false
  let whenWritten: (() => void)[] = []

  /** What was collected, with the number of those before that were lost. */
  function take(): string {
    const text = `${lost > 0 ? aboutLost(lost) : ''}${waiting.join('')}`
    waiting = []
    length = 0
    return text
  }

  function begin(): void {
    if (isWriting) return
    if (waiting.length === 0) {
      for (const written of whenWritten) written()
      whenWritten = []
      return
    }
    isWriting = true
    const lines = waiting.length
    send(Buffer.from(take()), lines)
  }

  function send(rest: Buffer, lines: number): void {
    writeLater(descriptor, rest, (error, written) => {
      if (error?.code === 'EAGAIN') return void setTimeout(send, TRY_AGAIN_AFTER, rest, lines).unref()
      if (!error && written < rest.length) return send(rest.subarray(written), lines)
      lost = error ? lost + lines : 0
      isWriting = false
      begin()
    })
  }

  function writeAtEnd(): void {
    // What is being written is written to its end before the process is over.
    if (isWriting || waiting.length === 0) return
    try {
      writeSync(descriptor, take())
    } catch {
      // The end does not wait for space, or for a reader.
    }
  }

  return {
    write(line) {
      if (!isKnownToProcess) process.on('exit', writeAtEnd)
      isKnownToProcess = true
      if (length + line.length > MAX_WAITING) {
        lost += 1
        return
      }
      waiting.push(line)
      length += line.length
      if (waiting.length === 1 && !isWriting) setImmediate(begin)
    },
    flush(written) {
      whenWritten.push(written)
      begin()
    },
  }
}
