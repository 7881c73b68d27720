import { parseCookie, type SetCookie, stringifySetCookie } from 'cookie'

export type CookieJar = { /** Whether the program is served over https. */ isSecure: boolean }

/**
 * The name that a cookie has in the browser. Over https the `__Host-` prefix keeps other hosts of the domain from
 * setting it (RFC 6265bis §4.1.3.2).
 */
export const cookieName = ({ isSecure }: CookieJar, name: string): string => (isSecure ? `__Host-${name}` : name)

/** A `Set-Cookie` value. `maxAge` is in seconds; without it the cookie ends with the browser. */
export function setCookie(jar: CookieJar, name: string, value: string, maxAge?: number): string {
  const cookie: SetCookie = {
    name: cookieName(jar, name),
    value,
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: jar.isSecure,
    maxAge,
  }
  return stringifySetCookie(cookie)
}

/**
 * A `Set-Cookie` value for an answer to a page of another site, which ends with the browser. Without TLS, on a loopback
 * host, browsers take no such cookie but between ports of the same host.
 */
export const setCrossSiteCookie = (jar: CookieJar, name: string, value: string): string =>
  stringifySetCookie({
    name: cookieName(jar, name),
    value,
    path: '/',
    httpOnly: true,
    sameSite: jar.isSecure ? 'none' : 'lax',
    secure: jar.isSecure,
  })

export const clearCookie = (jar: CookieJar, name: string): string => setCookie(jar, name, '', 0)

/** Cookies by their own names, without the `__Host-` prefix; over https only those that carry it count. */
export function readCookies(jar: CookieJar, header: string | undefined): Record<string, string | undefined> {
  const prefix = jar.isSecure ? '__Host-' : ''
  const found: Record<string, string | undefined> = {}
  for (const [name, value] of Object.entries(parseCookie(header ?? ''))) {
    if (name.startsWith(prefix)) found[name.slice(prefix.length)] = value
  }
  return found
}
