import { randomInt } from 'node:crypto'
import type { AppContext } from '~/context'
import { confirmationMail } from '~/domain/mail/mails'
import { mailStep } from '~/domain/mail/outbox'
import { takeMail } from '~/domain/rate-limits/take-mail'
import { hashTicket, MAILED } from '~/domain/users/tickets'
import { MINUTE } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import { cancelTickets, insertTicket, redeemTicket } from '~db/queries/users'
import { UNKNOWN_TIME } from './auth-time'
import type { LiveSession } from './sessions'

const LIFETIME = 15 * MINUTE
const DIGITS = 8

/**
 * Mails a code to somebody who is signed in, by which they prove themselves again in this session. Only the newest works.
 * @throws DomainError `throttled`, `not_allowed` for somebody without an address, or whose provider or password says more
 */
export async function mailConfirmationCode(ctx: AppContext, { user, session }: LiveSession): Promise<void> {
  requireUnknownTime(session)
  if (!user.email)
    throw new DomainError('not_allowed', 'Your account has no address. Ask the people who run this site.')
  await takeMail(ctx, `confirm:${user.userId}`)
  const now = ctx.clock.now()
  const code = String(randomInt(10 ** DIGITS)).padStart(DIGITS, '0')
  const mail = await confirmationMail(ctx, { to: user.email, name: user.name, code })
  await ctx.db.atomically([
    also(cancelTickets('confirm-session', user.userId, now)),
    also(
      insertTicket({
        ticketHash: hashOf(session.id, code),
        purpose: 'confirm-session',
        userId: user.userId,
        email: user.email,
        ...MAILED,
        createdAt: now,
        expiresAt: now + LIFETIME,
        usedAt: null,
      }),
    ),
    await mailStep(ctx, mail),
  ])
}

/**
 * Where it is known when somebody signed in, they do so anew: whoever finds an open browser may find its mailbox open, too.
 * @throws DomainError `not_allowed`
 */
function requireUnknownTime({ authenticatedAt }: LiveSession['session']): void {
  if (authenticatedAt === UNKNOWN_TIME) return
  throw new DomainError(
    'not_allowed',
    'A code is for people whose provider does not say when they signed in. Sign in again.',
  )
}

/** Takes the code, once, in the session that it was mailed for. @throws DomainError `throttled`, `wrong_credentials` */
export async function takeConfirmationCode(
  ctx: AppContext,
  { user, session }: LiveSession,
  code: string,
): Promise<void> {
  requireUnknownTime(session)
  // Of this session: who is signed in elsewhere spends none of its attempts.
  const key = { of: `confirm:${user.userId}`, from: session.id }
  await ctx.throttle.take('one-time-code', key)
  const wrong = () =>
    new DomainError('wrong_credentials', 'This code is wrong, or no longer works. Try again, or have a new one sent.', {
      field: 'code',
    })
  const typed = code.replace(/\s/g, '')
  await ctx.db.atomically([must(redeemTicket('confirm-session', hashOf(session.id, typed), ctx.clock.now()), wrong)])
  await ctx.throttle.reset('one-time-code', key)
}

/** A code alone is short; with the session it is of nobody else. */
const hashOf = (sessionId: string, code: string): string => hashTicket(`${sessionId} ${code}`)
