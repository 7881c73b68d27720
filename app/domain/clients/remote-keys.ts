import type { JWK } from 'jose'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import type { Clock } from '~/platform/clock'
import { HOUR, MINUTE } from '~/platform/durations'
import { JsonProblem, readJson } from '~/platform/json'
import { type Outbound, OutboundFailure } from '~/platform/outbound'

/** The key sets that clients publish themselves (`jwks_uri`), read when they are needed and kept for a while. */
export type RemoteKeys = {
  /**
   * The keys at an address; read anew when none of the known ones has this `kid`, so that a client can rotate (OpenID
   * Connect Core §10.1.1). Empty where the address does not answer with a key set.
   */
  find(uri: string, kid: string | undefined, options: { mayBePrivate: boolean }): Promise<JWK[]>
}

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) })
const KEPT = 1 * HOUR
/** However often unknown keys are presented, an address is asked no more often. */
const READ_AT_MOST_EVERY = 1 * MINUTE

type Read = { at: number; keys: Promise<JWK[]> }

export function createRemoteKeys({ outbound, clock }: { outbound: Outbound; clock: Clock }): RemoteKeys {
  const known = new LRUCache<string, Read>({ max: 1000 })

  /** `undefined` where the address does not answer with a key set. */
  async function read(uri: string, mayBePrivate: boolean): Promise<JWK[] | undefined> {
    try {
      const { status, body } = await outbound(new URL(uri), { maxBytes: 64 * 1024, timeout: 5000, mayBePrivate })
      return status === 200 ? (keySet.parse(readJson(body)).keys as JWK[]) : undefined
    } catch (error) {
      if (error instanceof OutboundFailure || error instanceof JsonProblem || error instanceof z.ZodError)
        return undefined
      throw error
    }
  }

  return {
    async find(uri, kid, { mayBePrivate }) {
      const now = clock.now()
      const found = known.get(uri)
      const before = found ? await found.keys : []
      const keys = found && now - found.at < KEPT ? before : []
      const isKnown = kid === undefined ? keys.length > 0 : keys.some((key) => key.kid === kid)
      if (isKnown || (found && now - found.at < READ_AT_MOST_EVERY)) return keys
      // A server that fails once does not take away the keys that it has published.
      const fresh = { at: now, keys: read(uri, mayBePrivate).then((answered) => answered ?? before) }
      known.set(uri, fresh)
      return fresh.keys
    },
  }
}
