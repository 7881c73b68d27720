import type { Encryption } from './encryption'
import { constantTimeEqual } from './secrets'

/** The hidden input that every form of ours carries. */
export const FORM_TOKEN_FIELD = 'form_token'

/** Somebody who is signed in to an area. */
export type Holder = { area: string; userId: string }

/**
 * A value that only a page of ours, shown in the same browser, can put into a form (ASVS 3.5.1), and that says for whom
 * the page was made.
 * @param options.about narrows it to a request, where a decision hangs on it
 * @param options.holders who is signed in to the areas of the browser
 */
export const createFormToken = (
  encryption: Encryption,
  visitorId: string,
  { about = 'page', holders = [] }: { about?: string; holders?: readonly Holder[] } = {},
): string =>
  [pageMark(encryption, visitorId, about), ...holders.map((holder) => holderMark(encryption, holder))].join('.')

/** @param visitorIds every id of the browser that the form comes from */
export const isFormToken = (
  encryption: Encryption,
  visitorIds: readonly string[],
  given: unknown,
  about = 'page',
): given is string =>
  typeof given === 'string' &&
  visitorIds.some((visitorId) => constantTimeEqual(marksOf(given)[0], pageMark(encryption, visitorId, about)))

/** Whether the page was made for this person, as somebody of this area. */
export const isMadeFor = (encryption: Encryption, token: string, holder: Holder): boolean =>
  marksOf(token)
    .slice(1)
    .some((mark) => constantTimeEqual(mark, holderMark(encryption, holder)))

const pageMark = (encryption: Encryption, visitorId: string, about: string) =>
  encryption.authenticate(`form ${about}`, visitorId)

const holderMark = (encryption: Encryption, { area, userId }: Holder) =>
  encryption.authenticate(`form of ${area}`, userId)

/** One of the page, and one of each area. */
const marksOf = (token: string): [string, ...string[]] => {
  const [page = '', ...holders] = token.split('.', 4)
  return [page, ...holders]
}
