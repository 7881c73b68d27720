import type { AppContext } from '~/context'
import { also, type Step } from '~db/database'
import { deleteAuthenticators, deleteRecoveryCodes } from '~db/queries/authenticators'
import { deleteDeviceCredentialsOfUser } from '~db/queries/device-credentials'
import { deleteGrantsOfUser } from '~db/queries/grants'
import { cancelTickets, clearPasswordHashes, deleteIdentitiesLinkedTo, holdUser, type User } from '~db/queries/users'
import { endCredentialsSteps } from './end-credentials'

/**
 * What is known of whoever proves an address, besides that it is theirs.
 * - `holder`: they are signed in to the account as well, so what was added to it is their own.
 * - `claimant`: they say that they made the account: its password and what they said of themselves stay.
 * - `stranger`: nothing. Whoever signed up may have been somebody else, and keeps nothing.
 */
export type Prover = 'holder' | 'claimant' | 'stranger'

/**
 * The one place where an address becomes a person's. Anybody can sign up with the address of somebody else and wait: so
 * the first proof removes what was added to the account before it, by which the one who waits could still get in or act.
 * `appMetadata` is the tenant's own and stays.
 * @returns what changes in the person's row, and the steps before that change; a new password is set behind them
 */
export function proveEmail(
  ctx: Pick<AppContext, 'clock'>,
  { userId, emailVerified }: User,
  prover: Prover,
): { change: Partial<User>; steps: Step[] } {
  if (emailVerified || prover === 'holder') return { change: { emailVerified: true }, steps: [] }
  const now = ctx.clock.now()
  const isStranger = prover === 'stranger'
  return {
    change: { emailVerified: true, ...(isStranger ? { userMetadata: null, passwordChangedAt: now } : {}) },
    steps: [
      also(holdUser(userId)),
      also(deleteIdentitiesLinkedTo(userId)),
      also(deleteAuthenticators(userId)),
      also(deleteRecoveryCodes(userId)),
      also(deleteGrantsOfUser(userId)),
      also(deleteDeviceCredentialsOfUser(userId)),
      ...endCredentialsSteps(ctx, userId),
      also(cancelTickets('verify-email', userId, now)),
      ...(isStranger ? [also(clearPasswordHashes(userId))] : []),
    ],
  }
}
