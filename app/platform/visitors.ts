/** The browser that a request comes from, known by a random id in a cookie, before anybody has signed in there. */
import { type CookieJar, clearCookie, setCookie } from './cookies'
import { hashSecret, newNonce, newSecret } from './secrets'

/**
 * Forms and authorization requests are bound to the ids of their browser. A fresh browser that asks for two pages at
 * once is given two ids, one by each answer: each has a cookie of its own, so that no answer overwrites the other's.
 */
export type Visitor = {
  /** What is new is bound to this one. */
  visitorId: string
  /** What is presented may be bound to any that the browser has sent. */
  visitorIds: readonly string[]
}

type Cookies = Record<string, string | undefined>

const PREFIX = 'visitor-'
/** More than a person opens in a fresh browser at once. */
const MAX_IDS = 16

const namesOf = (cookies: Cookies): string[] => Object.keys(cookies).filter((name) => name.startsWith(PREFIX))

/** Randomness is drawn where a page needs it: machine endpoints do not. */
export function visitorOf(cookies: Cookies): Visitor {
  const visitorIds = namesOf(cookies)
    .slice(0, MAX_IDS)
    .flatMap((name) => cookies[name] || [])
  let visitorId = visitorIds[0]
  return {
    visitorIds,
    get visitorId() {
      visitorId ??= newSecret('vis')
      return visitorId
    },
  }
}

/** Whether something is this browser's. @param visitorHash the hash of the id that it is bound to */
export const isOfVisitor = ({ visitorIds }: Pick<Visitor, 'visitorIds'>, visitorHash: string): boolean =>
  visitorIds.some((id) => hashSecret(id) === visitorHash)

/** The `Set-Cookie` values by which a browser keeps its id; those beyond the bound are cleared. */
export function visitorCookies(
  jar: CookieJar,
  { visitorId, visitorIds, cookies }: Visitor & { cookies: Cookies },
): string[] {
  if (visitorIds.length === 0) return [setCookie(jar, `${PREFIX}${newNonce().slice(0, 8)}`, visitorId)]
  return namesOf(cookies)
    .slice(MAX_IDS)
    .map((name) => clearCookie(jar, name))
}
