import { brandOrigins } from './account/brand'
import type { AppContext } from './context'
import { contentSecurityPolicy } from './platform/content-security-policy'
import { isBranded } from './ui/branded'

/** Headers that Remix appends to and that are set here alone. */
export const clearedHeaders = new Set(['content-security-policy', 'referrer-policy'])

/** Pages from whose forms people are led to other sites: to providers, and to where a mailed link is to end. */
const LEADS_ELSEWHERE = /^\/account\/(sign-in|security|verify-email)(\?|$)/

/**
 * The headers of every page. On the pages of an authorization `form-action` is left open: a browser applies it to the
 * redirects behind a form too, and the last of these goes to the client, or to a provider that people sign in at. What
 * end users see may show a logo and a font of the tenant's.
 */
export async function pageHeaders(ctx: AppContext, url: string): Promise<[string, string][]> {
  const { nonce } = ctx
  const brand = isBranded(url) ? await brandOrigins(ctx) : { images: [], fonts: [] }
  const isAuthorizationPage = /^\/(u\/|login\/callback)/.test(url)
  const policy = contentSecurityPolicy({
    'default-src': ["'none'"],
    'script-src': ["'self'", `'nonce-${nonce}'`],
    'style-src': ["'self'"],
    'img-src': ["'self'", 'data:', ...brand.images],
    'font-src': ["'self'", ...brand.fonts],
    'connect-src': ["'self'"],
    'manifest-src': ["'self'"],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'frame-ancestors': ["'none'"],
    ...(isAuthorizationPage || LEADS_ELSEWHERE.test(url) ? {} : { 'form-action': ["'self'"] }),
  })
  return [
    ['content-security-policy', policy],
    // `same-origin`, not `no-referrer`: with the latter a browser sends `Origin: null` with our own forms.
    ['referrer-policy', 'same-origin'],
    ['x-content-type-options', 'nosniff'],
    ['x-frame-options', 'DENY'],
    // The page of a client that opened a sign-in in a window of its own waits there for the answer.
    ['cross-origin-opener-policy', isAuthorizationPage ? 'unsafe-none' : 'same-origin'],
    ['permissions-policy', 'camera=(), geolocation=(), microphone=()'],
    ['cache-control', 'no-store'],
  ]
}
