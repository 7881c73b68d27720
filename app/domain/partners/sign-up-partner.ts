import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { takeMail } from '~/domain/rate-limits/take-mail'
import { connectionOfArea } from '~/domain/tenant/set-up'
import { createDatabaseUser, type NewUser } from '~/domain/users/create-database-user'
import { refusedSignUp } from '~/domain/users/taken-address'
import { verificationSteps } from '~/domain/users/verify-email'
import { newId } from '~/platform/ids'
import { networkOf } from '~/platform/network'
import { also } from '~db/database'
import { insertPartner, type Partner } from '~db/queries/partners'
import { insertPartnerMember } from '~db/queries/teams'
import type { User } from '~db/queries/users'

/** The page behind the link that confirms a partner's address. */
export const PARTNER_VERIFICATION_PAGE = '/portal/verify-email'

/**
 * Signs up a person together with their organization, whose owner they become, and mails the link that confirms the
 * address. Until they have followed it they can do nothing.
 * @throws DomainError `email_taken`, `throttled`
 */
export async function signUpPartner(
  ctx: AppContext,
  newUser: NewUser,
  organization: string,
): Promise<{ user: User; partner: Partner; connectionId: string }> {
  const limitKey = networkOf(ctx.request.ip)
  await ctx.throttle.take('sign-up', limitKey)
  const connection = await connectionOfArea(ctx, 'portal')
  const { user, steps } = await createDatabaseUser(ctx, connection, newUser)
  const now = ctx.clock.now()
  const partner: Partner = {
    id: newId('par'),
    name: organization,
    websiteUri: null,
    suspendedAt: null,
    createdAt: now,
    updatedAt: now,
  }
  const actor = asUser(user)
  const signedUp = ctx.db.atomically([
    ...steps,
    also(insertPartner(partner)),
    also(insertPartnerMember({ partnerId: partner.id, userId: user.userId, role: 'owner', createdAt: now })),
    also(
      auditEvent(
        { ...ctx, actor },
        'partner.signed-up',
        { type: 'partner', id: partner.id, name: partner.name },
        { partnerId: partner.id, userId: user.userId },
      ),
    ),
    ...(await verificationSteps(ctx, user, { page: PARTNER_VERIFICATION_PAGE, area: 'portal' })),
  ])
  await signedUp.catch(async (error) => {
    throw await refusedSignUp(ctx, { connection, email: newUser.email, error })
  })
  return { user, partner, connectionId: connection.id }
}

/**
 * Mails a partner a new link; the earlier one ends. Counted, as anybody who is signed up can ask for it.
 * @throws DomainError `throttled`
 */
export async function resendPartnerVerification(ctx: AppContext, user: User): Promise<void> {
  if (user.emailVerified) return
  await takeMail(ctx, `verify:${user.userId}`)
  await ctx.db.atomically(await verificationSteps(ctx, user, { page: PARTNER_VERIFICATION_PAGE, area: 'portal' }))
}
