import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { findFreePort } from './free-port'
import { type ReceivedMail, readMails } from './mail-file'
import { closeAfterFile } from './services'
import { PROJECT_FOLDER } from './tenant-template'
import { OWNER } from './test-environment'
import { linkIn } from './test-mailer'

const ENTRY = join(PROJECT_FOLDER, 'build/index.js')
/** Long, as a busy machine takes many times what an idle one does; nobody waits that long for what works. */
const START_TIMEOUT = 120_000
const MAIL_TIMEOUT = 60_000

/** The program, built, in a process, a folder and on a port of its own. */
export type Program = {
  /** With a trailing slash. */
  readonly issuer: string
  /** Its working directory: `data/` lies in it. */
  readonly folder: string
  readonly pid: number
  /** What it has printed on standard output since it was started first. */
  stdout(): string
  /** Its log. */
  stderr(): string
  /** An absolute URL: `program.url('/portal')`. */
  url(path: string): string
  /** The mails it has written, the oldest first. */
  mails(): Promise<ReceivedMail[]>
  /** Waits for a mail to an address; of several, the newest. @throws after a minute */
  mail(to: string, subject?: RegExp): Promise<ReceivedMail>
  /** The link in the newest mail to an address. */
  mailedLink(to: string, subject?: RegExp): Promise<string>
  /** Ends it as an operator would, with SIGTERM, and waits for it. @returns the exit code */
  stop(): Promise<number | null>
  /** Ends it as a power cut would. */
  kill(): Promise<void>
  /** Starts it again, on the same data and port, with further variables if any are given. */
  restart(env?: Record<string, string>): Promise<void>
}

type Options = {
  env?: Record<string, string>
  /** A folder with data of an earlier run; without it a fresh one, which is deleted after the test file. */
  folder?: string
  /** Where its log goes, in place of the pipe that `stderr()` reads: a descriptor. */
  log?: number
  /** What is started, in place of the build of this project. */
  entry?: string
  /** Who runs it, in place of the user who runs the tests. */
  user?: number
}

/** Starts the built program and waits until it says `ready`. It ends after the test file. */
export async function startProgram({
  env = {},
  folder = mkdtempSync(join(tmpdir(), 'portal-flow-')),
  log,
  entry = ENTRY,
  user,
}: Options = {}): Promise<Program> {
  if (!existsSync(ENTRY)) throw new Error('The flows run the built program: run npm run build first.')
  const port = Number(env.PORT ?? (await findFreePort()))
  const issuer = env.ISSUER ?? `http://localhost:${port}/`
  const printed = { stdout: '', stderr: '' }
  let child: ChildProcess
  let given: Record<string, string> = { OWNER_EMAIL: OWNER.email, OWNER_PASSWORD: OWNER.password, ...env }

  async function start() {
    const started = spawn(process.execPath, [entry], {
      cwd: folder,
      uid: user,
      gid: user,
      // Nothing of the shell that runs the tests but what finding programs and folders takes.
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        TMPDIR: process.env.TMPDIR,
        NODE_ENV: 'production',
        ISSUER: issuer,
        PORT: String(port),
        ...given,
      },
      stdio: ['ignore', 'pipe', log ?? 'pipe'],
    }) as ChildProcessByStdio<null, Readable, Readable | null>
    child = started
    const before = printed.stdout.length
    started.stdout.on('data', (chunk) => (printed.stdout += chunk))
    started.stderr?.on('data', (chunk) => (printed.stderr += chunk))
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`${why}\n${printed.stdout}${printed.stderr}`))
      const timer = setTimeout(() => fail('the program was not ready in time'), START_TIMEOUT)
      started.once('exit', (code) => {
        clearTimeout(timer)
        fail(`the program ended with ${code} before it was ready`)
      })
      started.stdout.on('data', () => {
        if (!printed.stdout.slice(before).includes(`ready ${issuer}`)) return
        clearTimeout(timer)
        resolve()
      })
    })
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
    child.kill(signal)
    return ended
  }

  const mailTo = async (to: string, subject: RegExp) =>
    (await readMails(join(folder, 'data/mail'))).findLast(
      (mail) => mail.to.toLowerCase() === to.toLowerCase() && subject.test(mail.subject),
    )

  const program: Program = {
    issuer,
    folder,
    get pid() {
      return child.pid ?? 0
    },
    stdout: () => printed.stdout,
    stderr: () => printed.stderr,
    url: (path) => new URL(path, issuer).href,
    mails: () => readMails(join(folder, 'data/mail')),
    async mail(to, subject = /./) {
      for (let waited = 0; waited < MAIL_TIMEOUT; waited += 50) {
        const found = await mailTo(to, subject)
        if (found) return found
        await sleep(50)
      }
      throw new Error(`no mail to ${to} whose subject fits ${subject} was written`)
    },
    mailedLink: async (to, subject) => linkIn(await program.mail(to, subject)).href,
    stop: () => end('SIGTERM'),
    async kill() {
      await end('SIGKILL')
    },
    async restart(more = {}) {
      await end('SIGTERM')
      given = { ...given, ...more }
      await start()
    },
  }
  closeAfterFile(async () => {
    await end('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  await start()
  return program
}
