import type { AppContext } from '~/context'
import { actingAs, auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { linkLifetime } from '~/domain/mail/email-templates'
import { verificationMail } from '~/domain/mail/mails'
import { mailStep } from '~/domain/mail/outbox'
import { takeMail } from '~/domain/rate-limits/take-mail'
import { DAY } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { also, must, type Step } from '~db/database'
import type { Connection } from '~db/queries/connections'
import { findLiveTicket, findTicket, findUser, redeemTicket, type User, updateUser } from '~db/queries/users'
import { type Prover, proveEmail } from './prove-email'
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
  await takeMail(ctx, `verify:${user.userId}`)
  await ctx.db.atomically(await verificationSteps(ctx, user, options))
}

const expired = () => new DomainError('expired', 'This link no longer works. Sign in to have a new one sent.')

/**
 * Whose address a verification link is about, for the page that asks. A link that was followed twice is answered both
 * times, as long as the address is still the one that it was sent to.
 * @throws DomainError `expired`
 */
export async function findVerification(ctx: AppContext, ticket: string): Promise<User> {
  const hash = hashTicket(ticket)
  const row = await findTicket(ctx.db, 'verify-email', hash)
  const user = row?.userId ? await findUser(ctx.db, row.userId) : undefined
  if (!row || !user || user.email !== row.email) throw expired()
  if (user.emailVerified || (await findLiveTicket(ctx.db, 'verify-email', hash, ctx.clock.now()))) return user
  throw expired()
}

/**
 * Takes the ticket of a verification mail: the address is the person's. It is taken where somebody presses the button of
 * its page, as programs follow every link of a mail.
 * @throws DomainError `expired`
 */
export async function verifyEmail(
  ctx: AppContext,
  ticket: string,
  prover: Exclude<Prover, 'stranger'> = 'claimant',
): Promise<User> {
  const user = await findVerification(ctx, ticket)
  if (user.emailVerified) return user
  const { userId } = user
  const { change, steps } = proveEmail(ctx, user, prover)
  await ctx.db.atomically([
    must(redeemTicket('verify-email', hashTicket(ticket), ctx.clock.now()), expired),
    ...steps,
    also(updateUser(userId, { ...change, updatedAt: ctx.clock.now() })),
    also(auditEvent(actingAs(ctx, asUser(user)), 'user.email-verified', asUser(user), { userId })),
  ])
  return { ...user, ...change }
}
