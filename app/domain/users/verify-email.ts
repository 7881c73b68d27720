import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { linkLifetime } from '~/domain/mail/email-templates'
import { verificationMail } from '~/domain/mail/mails'
import { mailStep } from '~/domain/mail/outbox'
import { DAY } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { also, must, type Step } from '~db/database'
import type { Connection } from '~db/queries/connections'
import { findTicket, findUser, redeemTicket, type User, updateUser } from '~db/queries/users'
import { createTicket, hashTicket, MAILED } from './tickets'

const LIFETIME = 5 * DAY

/**
 * The steps that mail the one link that proves that the address is the person's.
 * @param page the path of the page behind the link
 * @param clientId the client to whose sign-in the person is offered to go on
 * @param area where the person signs in, other than end users
 */
export async function verificationSteps(
  ctx: AppContext,
  user: User,
  { page, clientId = null, area = null }: { page: string; clientId?: string | null; area?: Connection['area'] },
): Promise<Step[]> {
  if (!user.email) return []
  const ending = { ...MAILED, clientId }
  const lifetime = await linkLifetime(ctx, 'verify_email', { area }, LIFETIME)
  const { ticket, steps } = createTicket(ctx, 'verify-email', { user, lifetime, ending })
  const link = `${ctx.config.issuer}${page.slice(1)}?ticket=${ticket}`
  return [...steps, await mailStep(ctx, await verificationMail(ctx, { to: user.email, name: user.name, area, link }))]
}

/**
 * Mails the link once more because the person asks for it; only the newest link works. Nothing is sent to an address
 * that is confirmed already.
 * @throws DomainError `throttled`
 */
export async function resendVerificationMail(ctx: AppContext, user: User, options: { page: string }): Promise<void> {
  if (!user.email || user.emailVerified) return
  const key = `verify:${user.userId}`
  await ctx.throttle.take('mail', key)
  await ctx.db.atomically(await verificationSteps(ctx, user, options))
}

/**
 * Takes the ticket of a verification mail. A link that is followed twice (by a mail scanner, by the person) says yes
 * both times, as long as the address is still the one that it was sent to.
 * @throws DomainError `expired`
 */
export async function verifyEmail(ctx: AppContext, ticket: string): Promise<User> {
  const row = await findTicket(ctx.db, 'verify-email', hashTicket(ticket))
  const user = row?.userId ? await findUser(ctx.db, row.userId) : undefined
  const expired = () => new DomainError('expired', 'This link no longer works. Sign in to have a new one sent.')
  if (!row || !user || user.email !== row.email) throw expired()
  if (user.emailVerified) return user
  const now = ctx.clock.now()
  const target = asUser(user)
  await ctx.db.atomically([
    must(redeemTicket('verify-email', row.ticketHash, now), expired),
    also(updateUser(user.userId, { emailVerified: true, updatedAt: now })),
    also(
      auditEvent({ ...ctx, actor: asUser(user) }, 'user.email-verified', target, {
        userId: user.userId,
      }),
    ),
  ])
  return { ...user, emailVerified: true }
}
