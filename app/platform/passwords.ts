import { Argon2id } from 'oslo/password'
import PQueue from 'p-queue'

/** Hashes and checks passwords off the event loop, a bounded number at once. */
export type Passwords = {
  /** @throws TooManyPasswordChecks when the queue is full. */
  hash(password: string): Promise<string>
  /** Takes as long when there is no hash to compare with, so that the time does not tell whether the account exists. */
  verify(hash: string | null | undefined, password: string): Promise<boolean>
}

/** The queue of password checks is full: the door answers 503 with `Retry-After`. */
export class TooManyPasswordChecks extends Error {}

// Each Argon2 run fills a thread of libuv's pool; with more than two, file access and DNS wait behind them.
const CONCURRENCY = 2
const MAX_WAITING = 100

export function createPasswords(): Passwords {
  // OWASP's parameters (m=19 MiB, t=2, p=1) are oslo's defaults.
  const argon2 = new Argon2id()
  const queue = new PQueue({ concurrency: CONCURRENCY })
  let decoy: Promise<string> | undefined
  function enqueue<T>(work: () => Promise<T>): Promise<T> {
    if (queue.size >= MAX_WAITING) throw new TooManyPasswordChecks('too many password checks are waiting')
    return queue.add(work)
  }
  return {
    hash: async (password) => enqueue(() => argon2.hash(password.normalize('NFKC'))),
    verify: async (hash, password) =>
      enqueue(async () => {
        decoy ??= argon2.hash('no account has this password')
        const matches = await argon2.verify(hash ?? (await decoy), password.normalize('NFKC'))
        return matches && typeof hash === 'string'
      }),
  }
}
