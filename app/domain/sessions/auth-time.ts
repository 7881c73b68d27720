import { toSeconds } from '~/platform/durations'
import type { Session } from '~db/queries/sessions'

/** When a person signed in, of a provider that does not say: longer ago than anything that asks for a time allows. */
export const UNKNOWN_TIME = 0

/** The claim of tokens (OpenID Connect Core §2), which is left out where nobody knows. @param at milliseconds */
export const authTimeClaim = (at: number): { auth_time?: number } =>
  at === UNKNOWN_TIME ? {} : { auth_time: toSeconds(at) }

/** The time that a list shows of a session: of the sign-in, or where the provider does not say, of its beginning here. */
export const shownSignInTime = ({ authenticatedAt, createdAt }: Session): number =>
  authenticatedAt === UNKNOWN_TIME ? createdAt : authenticatedAt
