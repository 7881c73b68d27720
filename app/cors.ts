import { isRegisteredOrigin } from '~db/queries/clients'
import type { AppContext } from './context'
import type { Cors } from './platform/http'

/** What a preflight is told beside the origin; the header of Auth0's SDKs is let through and not read. */
export const PREFLIGHT_HEADERS = {
  'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers': 'authorization, content-type, dpop, auth0-client',
  'access-control-max-age': '600',
}

/**
 * Lets pages of other origins read an answer (Fetch §3.2): public documents for all, what clients call from a browser
 * for the origins that a client has registered, and never for `null`. No answer goes with cookies unless it says so.
 */
export async function corsHeaders(
  { db }: Pick<AppContext, 'db'>,
  cors: Cors,
  origin: string | undefined,
): Promise<Record<string, string>> {
  if (cors === 'public') return { 'access-control-allow-origin': '*' }
  const vary = { vary: 'Origin' }
  if (origin === undefined || origin === 'null' || !(await isRegisteredOrigin(db, origin))) return vary
  return {
    ...vary,
    'access-control-allow-origin': origin,
    'access-control-expose-headers':
      'www-authenticate, retry-after, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, link',
    ...(cors === 'registered-origins-with-cookies' ? { 'access-control-allow-credentials': 'true' } : {}),
  }
}
