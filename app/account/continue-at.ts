import { isAddress } from '~/platform/web-address'

const NOWHERE = 'http://account.invalid'

/**
 * Where a person goes on after signing in to their account: the page that sent them, if it is one of the account area,
 * else the first one. What leads anywhere else is ignored, so that no link to us can send people off.
 */
export function continueAt(request: Request): string {
  const given = new URL(request.url).searchParams.get('continue')
  if (!given || !/^\/account(?=$|[/?])/.test(given) || !isAddress(given, NOWHERE)) return '/account'
  const { origin, pathname, search } = new URL(given, NOWHERE)
  const isOfAccount = /^\/account(?:\/[\w.~%-]+)*$/.test(pathname)
  return origin === NOWHERE && isOfAccount ? pathname + search : '/account'
}
