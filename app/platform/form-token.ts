import type { Encryption } from './encryption'
import { constantTimeEqual } from './secrets'

/** The hidden input that every form of ours carries. */
export const FORM_TOKEN_FIELD = 'form_token'

/**
 * A value that only a page of ours, shown in the same browser, can put into a form (ASVS 3.5.1). `about` narrows it
 * further, to a session and a request, where a decision hangs on it.
 */
export const createFormToken = (encryption: Encryption, visitorId: string, about = 'page'): string =>
  encryption.authenticate(`form ${about}`, visitorId)

/** @param visitorIds every id of the browser that the form comes from */
export const isFormToken = (
  encryption: Encryption,
  visitorIds: readonly string[],
  given: unknown,
  about = 'page',
): boolean =>
  typeof given === 'string' &&
  visitorIds.some((visitorId) => constantTimeEqual(given, createFormToken(encryption, visitorId, about)))
