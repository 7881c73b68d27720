import type { AppContext } from '~/context'
import { also, type Step } from '~db/database'
import { endMfaTokensOfUser } from '~db/queries/authenticators'
import { endDeviceCodesOfUser } from '~db/queries/grants'
import { endLoginTicketsOfUser } from '~db/queries/sessions'
import { revokeFamiliesOfUser } from '~db/queries/tokens'
import { beginCredentialEpoch, cancelTickets } from '~db/queries/users'
import { endSessionsSteps } from './end-sessions-of-user'

type Context = Pick<AppContext, 'clock'>

/**
 * The steps that end what was begun and not finished by a person: mailed links for a new password, sign-ins that are half
 * done, devices that have not come for their tokens. Links that prove the address are not among them.
 */
export function endOutstandingSteps({ clock }: Context, userId: string): Step[] {
  const now = clock.now()
  return [
    // Whoever is signing in at this moment, with what ends now, comes to no end of it.
    also(beginCredentialEpoch(userId)),
    also(cancelTickets('reset-password', userId, now)),
    also(endLoginTicketsOfUser(userId, now)),
    also(endMfaTokensOfUser(userId, now)),
    also(endDeviceCodesOfUser(userId, now)),
  ]
}

/**
 * The steps of everything that makes earlier credentials of a person worthless, such as another password or a block: all
 * that is outstanding ends, their sessions in every browser, and all tokens that apps have of them.
 * @param keep the session, and the token family, of whoever does this
 */
export function endCredentialsSteps(
  ctx: Context,
  userId: string,
  keep: { sessionId?: string; familyId?: string } = {},
): Step[] {
  const now = ctx.clock.now()
  return [
    ...endOutstandingSteps(ctx, userId),
    ...endSessionsSteps(ctx, userId, keep.sessionId),
    also(revokeFamiliesOfUser(userId, now, { exceptId: keep.familyId })),
  ]
}
