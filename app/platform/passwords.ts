import argon2 from '@node-rs/argon2'
import bcrypt from '@node-rs/bcrypt'
import PQueue from 'p-queue'
import type { Log } from './log'
import { readText } from './text'

/** Hashes and checks passwords off the event loop, a bounded number at once. */
export type Passwords = {
  /** @throws TooManyPasswordChecks when the queue is full. */
  hash(password: string): Promise<string>
  /**
   * Takes as long when there is no hash to compare with, so that the time does not tell whether the account exists. A hash
   * that cannot be read matches nothing. `isOutdated`: the hash was made elsewhere, of the text as it was typed, or before
   * the parameters were raised, so that the password is to be hashed anew.
   */
  verify(hash: string | null | undefined, password: string): Promise<{ matches: boolean; isOutdated: boolean }>
}

/** Argon2 with parameters that cost no more than a sign-in may: memory in KiB, rounds, lanes. */
const ARGON2 =
  /^\$argon2(?:id|i|d)\$v=19\$m=(\d{1,6}),t=(\d{1,2}),p=(\d{1,2})\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,86}$/
const ARGON2_MOST = { memory: 65_536, rounds: 10, lanes: 8 }
const BCRYPT = /^\$2[aby]\$(\d{2})\$[./A-Za-z0-9]{53}$/
const BCRYPT_COSTS = { least: 4, most: 12 }

/** Whether a hash that was made elsewhere can be checked here, at a bearable price. */
export function isKnownHash(hash: string): boolean {
  const [, memory, rounds, lanes] = (ARGON2.exec(hash) ?? []).map(Number)
  if (memory !== undefined && rounds !== undefined && lanes !== undefined)
    return (
      memory >= 8 * lanes &&
      memory <= ARGON2_MOST.memory &&
      rounds >= 1 &&
      rounds <= ARGON2_MOST.rounds &&
      lanes >= 1 &&
      lanes <= ARGON2_MOST.lanes
    )
  const cost = Number(BCRYPT.exec(hash)?.[1])
  return cost >= BCRYPT_COSTS.least && cost <= BCRYPT_COSTS.most
}

export const MAX_PASSWORD_LENGTH = 256

/** A password in the one form of Unicode that is hashed (RFC 8265 §4.2 has NFC, NIST SP 800-63B §5.1.1.2 NFKC). */
export const readPassword = (password: string) => readText(password, { form: 'NFKC', max: MAX_PASSWORD_LENGTH })

/** The queue of password checks is full: the door answers 503 with `Retry-After`. */
export class TooManyPasswordChecks extends Error {}

// Each Argon2 run fills a thread of libuv's pool; with more than two, file access and DNS wait behind them.
const CONCURRENCY = 2
const MAX_WAITING = 100

/** What a hash of Argon2id costs: memory in KiB, rounds, lanes. */
export type HashParameters = { memoryCost: number; timeCost: number; parallelism: number }

/** OWASP's: 19 MiB, two rounds, one lane. */
const OWASP: HashParameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

export function createPasswords({ log, parameters = OWASP }: { log: Log; parameters?: HashParameters }): Passwords {
  const { memoryCost, timeCost, parallelism } = parameters
  const current = `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$`
  const queue = new PQueue({ concurrency: CONCURRENCY })
  let decoy: Promise<string> | undefined
  function enqueue<T>(work: () => Promise<T>): Promise<T> {
    if (queue.size >= MAX_WAITING) throw new TooManyPasswordChecks('too many password checks are waiting')
    return queue.add(work)
  }
  async function isOf(hash: string, text: string): Promise<boolean> {
    try {
      return await (hash.startsWith('$2') ? bcrypt.verify(text, hash) : argon2.verify(hash, text))
    } catch {
      log.warn('a stored hash of a password cannot be read, and counts as a wrong password')
      return false
    }
  }
  return {
    hash: async (password) => {
      const { text, problem } = readPassword(password)
      if (text === undefined) throw new Error(`a password was to be hashed before it was looked at: ${problem}`)
      return enqueue(() => argon2.hash(text, parameters))
    },
    verify: async (hash, password) =>
      enqueue(async () => {
        decoy ??= argon2.hash('no account has this password', parameters)
        const known = hash ?? (await decoy)
        const { text: normalized } = readPassword(password)
        const matches = await isOf(known, normalized ?? '')
        // Other programs hash what was typed, as it was typed.
        const matchesRaw =
          !matches && normalized !== undefined && normalized !== password && (await isOf(known, password))
        const isOutdated = matchesRaw || !known.startsWith(current)
        const isRight = normalized !== undefined && (matches || matchesRaw)
        return { matches: isRight && typeof hash === 'string', isOutdated }
      }),
  }
}
