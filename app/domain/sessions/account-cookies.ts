import { type CookieJar, setCookie, setCrossSiteCookie } from '~/platform/cookies'
import { SILENT_SESSION_COOKIE, sessionCookieName } from './sessions'

/**
 * The `Set-Cookie` values of an end user's session. The first stays away from what other sites ask for but for
 * navigations (`SameSite=Lax`), so that none can act in the name of the person. The second, over https, goes along with
 * frames of other sites too, and is read for `prompt=none` alone: an app renews there what was allowed before.
 * @param session.maxAge seconds; `undefined`: as long as the browser
 */
export const accountCookies = (
  jar: CookieJar,
  { token, maxAge }: { token: string; maxAge: number | undefined },
): string[] => [
  setCookie(jar, sessionCookieName('account'), token, maxAge),
  ...(jar.isSecure ? [setCrossSiteCookie(jar, SILENT_SESSION_COOKIE, token, maxAge)] : []),
]

/** The `Set-Cookie` values by which a browser forgets the session. */
export const clearAccountCookies = (jar: CookieJar): string[] => accountCookies(jar, { token: '', maxAge: 0 })
