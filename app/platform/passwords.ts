import { Argon2id, Bcrypt } from 'oslo/password'
import PQueue from 'p-queue'

/** Hashes and checks passwords off the event loop, a bounded number at once. */
export type Passwords = {
  /** @throws TooManyPasswordChecks when the queue is full. */
  hash(password: string): Promise<string>
  /** Takes as long when there is no hash to compare with, so that the time does not tell whether the account exists. */
  verify(hash: string | null | undefined, password: string): Promise<boolean>
  /** Whether a hash was made elsewhere, or before the parameters were raised: a right password is hashed anew. */
  isOutdated(hash: string): boolean
}

/** Argon2 with parameters that cost no more than a sign-in may: memory in KiB, rounds, lanes. */
const ARGON2 = /^\$argon2(?:id|i|d)\$v=19\$m=(\d{1,6}),t=(\d{1,2}),p=(\d{1,2})\$[\w+/]{11,86}\$[\w+/]{22,86}$/
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

/** The queue of password checks is full: the door answers 503 with `Retry-After`. */
export class TooManyPasswordChecks extends Error {}

// Each Argon2 run fills a thread of libuv's pool; with more than two, file access and DNS wait behind them.
const CONCURRENCY = 2
const MAX_WAITING = 100

export function createPasswords(): Passwords {
  // OWASP's parameters (m=19 MiB, t=2, p=1) are oslo's defaults.
  const argon2 = new Argon2id()
  const current = '$argon2id$v=19$m=19456,t=2,p=1$'
  const bcrypt = new Bcrypt()
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
        const known = hash ?? (await decoy)
        const matches = await (known.startsWith('$2') ? bcrypt : argon2).verify(known, password.normalize('NFKC'))
        return matches && typeof hash === 'string'
      }),
    isOutdated: (hash) => !hash.startsWith(current),
  }
}
