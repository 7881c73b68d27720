import { isAddress } from '~/platform/web-address'
import type { Connection } from '~db/queries/connections'

/**
 * Who vouches for the ids that a connection knows its people by, and which member of an answer the id is: an id is one
 * person's within its issuer only (OpenID Connect Core §2, §5.7). Two connections, or one before and after a change, know
 * the same people by the same ids where this is the same.
 * @returns null for a database, whose people are known here
 */
export function issuerOf({ strategy, options }: Pick<Connection, 'strategy' | 'options'>): string | null {
  if (strategy === 'auth0') return null
  const { issuer, discovery_url: discovery, tokenURL, userInfoURL, attribute_map: map } = options
  const bases: Record<string, (string | undefined)[]> = {
    // Whoever has the document names the keys, whatever issuer it is of.
    oidc: [...new Set([baseOf(issuer ?? discovery), baseOf(discovery ?? issuer)])],
    // Whoever exchanges the code says whose token it is, and whoever takes the token says who that is.
    oauth2: [placeOf(tokenURL), placeOf(userInfoURL)],
  }
  const member = map?.attributes?.user_id?.replace(/^\$\{context\.(?:tokenset|userinfo)\.(.+)\}$/, '$1')
  const isUsual = member === undefined || member === 'sub'
  return [...(bases[strategy] ?? [strategy]), ...(isUsual ? [] : [`(${member})`])].join(' ')
}

/** Owners write an issuer with and without the slash of an empty path. */
export const withoutSlash = (issuer: string): string => issuer.replace(/\/$/, '')

const baseOf = (address = ''): string => withoutSlash(address.replace(/\/\.well-known\/openid-configuration$/, ''))

/** With its path and query: one host may serve many issuers, as the realms of a Keycloak. */
const placeOf = (url = ''): string => (isAddress(url) ? new URL(url).href : '')
