import { parseCookie, type SetCookie, stringifySetCookie } from 'cookie'

/** Of the configuration: the names of cookies follow from where the program is served. */
export type CookieJar = {
  /** Whether the program is served over https. */
  isSecure: boolean
  /** With its scheme, host and port. */
  issuer: string
}

/**
 * What the names of our cookies begin with. Over https `__Host-` keeps other hosts of the domain from setting them (RFC
 * 6265bis §4.1.3.2). Over plain http, on a loopback host, every program of the host shares the cookies, whatever its
 * port (RFC 6265 §8.5): there the names are our own and hold the port.
 */
const prefixOf = ({ isSecure, issuer }: CookieJar): string =>
  isSecure ? '__Host-' : `devportal-${new URL(issuer).port || 80}-`

/** The name that a cookie has in the browser. */
export const cookieName = (jar: CookieJar, name: string): string => `${prefixOf(jar)}${name}`

/** A `Set-Cookie` value. `maxAge` is in seconds; without it the cookie ends with the browser. */
export const setCookie = (jar: CookieJar, name: string, value: string, maxAge?: number): string =>
  stringifySetCookie({ ...ofJar(jar, name), value, maxAge, sameSite: 'lax' })

/**
 * A `Set-Cookie` value for a cookie that pages of other sites need too. Without TLS, on a loopback host, browsers take
 * no such cookie but between ports of the same host.
 */
export const setCrossSiteCookie = (jar: CookieJar, name: string, value: string, maxAge?: number): string =>
  stringifySetCookie({ ...ofJar(jar, name), value, maxAge, sameSite: jar.isSecure ? 'none' : 'lax' })

export const clearCookie = (jar: CookieJar, name: string): string => setCookie(jar, name, '', 0)

const ofJar = (jar: CookieJar, name: string): Omit<SetCookie, 'value'> => ({
  name: cookieName(jar, name),
  path: '/',
  httpOnly: true,
  secure: jar.isSecure,
})

/** Cookies by their own names, without what all of ours begin with; only those that carry it count. */
export function readCookies(jar: CookieJar, header: string | undefined): Record<string, string | undefined> {
  const found: Record<string, string | undefined> = {}
  if (header === undefined) return found
  const prefix = prefixOf(jar)
  for (const [name, value] of Object.entries(parseCookie(header))) {
    if (name.startsWith(prefix)) found[name.slice(prefix.length)] = value
  }
  return found
}
