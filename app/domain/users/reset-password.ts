import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { linkLifetime } from '~/domain/mail/email-templates'
import { passwordResetMail } from '~/domain/mail/mails'
import { type AskedMail, askedMailStep, mailStep } from '~/domain/mail/outbox'
import { takeMail } from '~/domain/rate-limits/take-mail'
import { HOUR } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { also, must, type Step } from '~db/database'
import type { Connection } from '~db/queries/connections'
import { deleteAttemptsOf } from '~db/queries/rate-limits'
import {
  findLiveTicket,
  findUser,
  findUserByLogin,
  type Identity,
  listIdentities,
  redeemTicket,
  setPasswordHash,
  type User,
  updateIdentity,
  updateUser,
} from '~db/queries/users'
import { passwordChangedSteps } from './change-password'
import { endCredentialsSteps } from './end-credentials'
import { requirePasswordOf } from './password-rules'
import { proveEmail } from './prove-email'
import { createTicket, hashTicket } from './tickets'
import { normalizeLogin } from './user-fields'

const LIFETIME = 1 * HOUR

/**
 * Mails a link to choose a new password, if one of the connections knows the address, and its person is not blocked.
 * Whether that is so is not told, neither by text nor by time: the request only puts down what was asked for.
 * @param page the path of the page behind the link, with its query where it needs one
 * @throws DomainError `throttled`
 */
export async function requestPasswordReset(
  ctx: AppContext,
  connections: Connection[],
  email: string,
  page: string,
): Promise<void> {
  const login = normalizeLogin(email)
  await takeMail(ctx, login)
  const { id, ip, userAgent } = ctx.request
  const asked = connections.map(({ id, area }) => ({ id, area }))
  const request = { id, ip, userAgent }
  await ctx.db.atomically([
    await askedMailStep(ctx, { kind: 'password-reset', login, connections: asked, page, request }),
  ])
}

/** The steps that mail the link to the person who was asked about, if there is one. */
export async function passwordResetSteps(
  ctx: AppContext,
  { login, connections, page }: Pick<AskedMail, 'login' | 'connections' | 'page'>,
): Promise<Step[]> {
  const ids = connections.map(({ id }) => id)
  const found = await findUserByLogin(ctx.db, ids, login)
  const to = found && addressOf(found)
  if (!found || !to || found.user.blockedAt !== null) return []
  const { user, identity } = found
  const area = connections.find(({ id }) => id === identity.connectionId)?.area ?? null
  const { ticket, steps } = createTicket(ctx, 'reset-password', {
    user: { userId: user.userId, email: to },
    lifetime: await linkLifetime(ctx, 'reset_email', { area }, LIFETIME),
  })
  const link = new URL(page, ctx.config.issuer)
  link.searchParams.set('ticket', ticket)
  return [
    ...steps,
    also(auditEvent(ctx, 'user.password-reset-requested', asUser(user), { userId: user.userId })),
    await mailStep(ctx, await passwordResetMail(ctx, { to, name: user.name, area, link: link.href })),
  ]
}

/** Where mail about the password of an identity goes: one that was linked has an address of its own. */
const addressOf = ({ user, identity }: { user: User; identity: Identity }): string | null =>
  (identity.profile ?? user).email

/** Whose password a reset link is about, while it works: for the page that shows the form. */
export async function findPasswordReset(ctx: AppContext, ticket: string): Promise<{ email: string } | undefined> {
  const row = await findLiveTicket(ctx.db, 'reset-password', hashTicket(ticket), ctx.clock.now())
  return row && { email: row.email ?? '' }
}

/**
 * Sets a new password by the ticket of a reset mail. Every session and token of the person ends, and what is outstanding:
 * whoever knew the old password is out, and wrong passwords of before count no more. A mail was proof of the address; a
 * link that a program has made is, where the program says so. The first proof removes what was added before it.
 * @throws DomainError `expired`, `weak_password`
 */
export async function resetPassword(ctx: AppContext, ticket: string, password: string): Promise<User> {
  const expired = () => new DomainError('expired', 'This link no longer works. Ask for a new one.')
  const row = await findLiveTicket(ctx.db, 'reset-password', hashTicket(ticket), ctx.clock.now())
  const user = row?.userId ? await findUser(ctx.db, row.userId) : undefined
  const identities = user ? await listIdentities(ctx.db, { userId: user.userId }) : []
  const identity = identities.find(
    (known) => user && known.provider === 'auth0' && addressOf({ user, identity: known }) === row?.email,
  )
  if (!row || !user || !identity) throw expired()
  await requirePasswordOf(ctx, identity, password, identity.profile ?? user)
  const now = ctx.clock.now()
  const { profile } = identity
  const proof = row.provesEmail && profile === null ? proveEmail(ctx, user, 'stranger') : { change: {}, steps: [] }
  const hash = await ctx.passwords.hash(password)
  await ctx.db.atomically([
    must(redeemTicket('reset-password', row.ticketHash, now), expired),
    ...proof.steps,
    also(setPasswordHash(identity.id, hash)),
    also(deleteAttemptsOf([identity.id])),
    also(updateUser(user.userId, { ...proof.change, passwordChangedAt: now, updatedAt: now })),
    ...(profile && row.provesEmail
      ? [also(updateIdentity(identity.id, { profile: { ...profile, emailVerified: true } }))]
      : []),
    ...endCredentialsSteps(ctx, user.userId),
    also(auditEvent(ctx, 'user.password-changed', asUser(user), { userId: user.userId })),
    ...(await passwordChangedSteps(ctx, user, row.email)),
  ])
  return user
}
