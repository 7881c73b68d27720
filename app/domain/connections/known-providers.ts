import { LRUCache } from 'lru-cache'
import type { Clock } from '~/platform/clock'
import { MINUTE } from '~/platform/durations'
import { discoverProvider, type KnownProvider, type ProviderFetch } from '~/platform/identity-provider'

/** What providers publish of themselves, kept for a while: a sign-in does not ask for it each time. */
export type KnownProviders = {
  /** @param server the issuer, or the address of the document. Rejects with `ProviderFailure` */
  find(server: URL, fetch: ProviderFetch): Promise<KnownProvider>
}

const KEPT = 10 * MINUTE

export function createKnownProviders({ clock }: { clock: Clock }): KnownProviders {
  const known = new LRUCache<string, { at: number; provider: Promise<KnownProvider> }>({ max: 200 })
  return {
    find(server, fetch) {
      const now = clock.now()
      const before = known.get(server.href)
      if (before && now - before.at < KEPT) return before.provider
      const provider = discoverProvider(server, fetch)
      known.set(server.href, { at: now, provider })
      // A failure is not kept: the next one asks again.
      provider.catch(() => known.delete(server.href))
      return provider
    },
  }
}
