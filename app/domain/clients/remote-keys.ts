import type { JWK } from 'jose'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import type { Clock } from '~/platform/clock'
import { DAY, HOUR, MINUTE } from '~/platform/durations'
import { JsonProblem, readJson } from '~/platform/json'
import { type Outbound, OutboundFailure } from '~/platform/outbound'

/** The key sets that clients publish themselves (`jwks_uri`), read when they are needed and kept for a while. */
export type RemoteKeys = {
  /**
   * The keys at an address; read anew when none of the known ones has this `kid`, so that a client can rotate (OpenID
   * Connect Core §10.1.1). Empty where the address does not answer with a key set. The address is the one that the
   * client's row has now, so what is kept of another one is worth nothing.
   */
  find(uri: string, kid: string | undefined, options: { mayBePrivate: boolean }): Promise<JWK[]>
}

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) })
const KEPT = 1 * HOUR
/** For how long keys count beyond that, while their address cannot be read. */
const STALE = 1 * DAY
/** However often unknown keys are presented, an address is asked no more often. */
const READ_AT_MOST_EVERY = 1 * MINUTE

type KeySet = { keys: JWK[]; readAt: number }
/** The last look at an address, and what is known since then. */
type Look = { at: number; result: Promise<KeySet> }

const NEVER_READ: KeySet = { keys: [], readAt: Number.NEGATIVE_INFINITY }
/** Answers of a server that has withdrawn the key set, and not only failed. */
const GONE = [404, 410]

export function createRemoteKeys({ outbound, clock }: { outbound: Outbound; clock: Clock }): RemoteKeys {
  const looks = new LRUCache<string, Look>({ max: 1000 })

  /** `undefined` where the address does not answer with a key set. */
  async function read(uri: string, mayBePrivate: boolean): Promise<JWK[] | undefined> {
    try {
      const { status, body } = await outbound(new URL(uri), { maxBytes: 64 * 1024, timeout: 5000, mayBePrivate })
      if (GONE.includes(status)) return []
      return status === 200 ? (keySet.parse(readJson(body)).keys as JWK[]) : undefined
    } catch (error) {
      if (error instanceof OutboundFailure || error instanceof JsonProblem || error instanceof z.ZodError)
        return undefined
      throw error
    }
  }

  async function look(uri: string, mayBePrivate: boolean, before: KeySet, now: number): Promise<KeySet> {
    const keys = await read(uri, mayBePrivate)
    // A server that fails does not withdraw the keys that it has published.
    return keys ? { keys, readAt: now } : before
  }

  return {
    async find(uri, kid, { mayBePrivate }) {
      const now = clock.now()
      // One client may not read what another one may: neither gets the answer that the other one got.
      const name = JSON.stringify([uri, mayBePrivate])
      const last = looks.get(name)
      const before = last ? await last.result : NEVER_READ
      const isFresh = now - before.readAt < KEPT
      const isKnown = kid === undefined ? before.keys.length > 0 : before.keys.some((key) => key.kid === kid)
      const usable = ({ keys, readAt }: KeySet) => (now - readAt < KEPT + STALE ? keys : [])
      if ((isFresh && isKnown) || (last && now - last.at < READ_AT_MOST_EVERY)) return usable(before)
      const result = look(uri, mayBePrivate, before, now)
      looks.set(name, { at: now, result })
      return usable(await result)
    },
  }
}
