import QRCode from 'qrcode'
import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { HOUR } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { newId } from '~/platform/ids'
import { hashSecret } from '~/platform/secrets'
import { findTotpStep, newTotpSecret, totpBase32, totpUri } from '~/platform/totp'
import { isOfVisitor } from '~/platform/visitors'
import { also, must } from '~db/database'
import {
  type Authenticator,
  confirmAuthenticator,
  deleteRecoveryCodes,
  deleteWaitingAuthenticators,
  insertAuthenticator,
  listAuthenticators,
} from '~db/queries/authenticators'
import { findTenantSettings } from '~db/queries/tenant'
import { holdUser, type User } from '~db/queries/users'
import { takeAttempt, wrongCode } from './attempts'
import { newRecoveryCodes } from './recovery-codes'
import { tellingSteps } from './tell-person'
import { normalizeCode } from './verify-second-factor'

/** A seed that nobody confirmed is forgotten after this time. */
const WAITING_LIFETIME = 1 * HOUR

/** What the person types or scans into an authenticator app. */
export type TotpEnrolment = { secret: string; qrCode: { size: number; path: string } }

/**
 * The seed that waits for the person's first code; a new one, encrypted in the database, where none waits. The same
 * seed is shown again until it is confirmed, so that a mistyped code or a second tab does not spoil it, but in the same
 * browser only: who got in elsewhere with the password is not to know the seed that its owner sets up against them.
 * @throws DomainError `conflict` when the person has an authenticator
 */
export async function startTotpEnrolment(ctx: AppContext, user: User): Promise<TotpEnrolment> {
  const waiting = (await findWaiting(ctx, user)) ?? (await insertWaiting(ctx, user))
  const hex = await ctx.encryption.decrypt(waiting.encryptedSecret)
  const { friendlyName } = await findTenantSettings(ctx.db)
  const uri = totpUri(hex, friendlyName, user.email ?? user.name)
  return { secret: totpBase32(hex), qrCode: drawQrCode(uri) }
}

/**
 * Confirms the waiting seed by its first code. From now on the person is asked for one.
 * @returns the recovery codes, which are shown once
 * @throws DomainError `wrong_credentials`, `throttled`, `conflict`
 */
export async function confirmTotpEnrolment(ctx: AppContext, user: User, code: string): Promise<string[]> {
  await takeAttempt(ctx, user.userId)
  const waiting = await findWaiting(ctx, user)
  if (!waiting) throw new DomainError('conflict', 'This set-up has ended. Reload the page and start again.')
  const now = ctx.clock.now()
  const step = await findTotpStep(await ctx.encryption.decrypt(waiting.encryptedSecret), normalizeCode(code), now)
  if (step === undefined) throw wrongCode()
  const { codes, writes } = newRecoveryCodes(user.userId, now)
  await ctx.db.atomically([
    also(holdUser(user.userId)),
    must(confirmAuthenticator(user.userId, waiting.id, step, now), alreadyEnrolled),
    also(deleteRecoveryCodes(user.userId)),
    ...writes.map(also),
    also(auditEvent(ctx, 'authenticator.enrolled', asUser(user), { userId: user.userId, details: { type: 'otp' } })),
    ...(await tellingSteps(ctx, user, 'set up')),
  ])
  await ctx.throttle.reset('one-time-code', user.userId)
  return codes
}

/** Whether the person has an authenticator that proved itself. */
export const hasAuthenticator = async (ctx: Pick<AppContext, 'db'>, userId: string): Promise<boolean> =>
  (await listAuthenticators(ctx.db, { userId })).some(({ confirmedAt }) => confirmedAt !== null)

const alreadyEnrolled = () =>
  new DomainError('conflict', 'An authenticator app is set up already. Reload the page and enter its code.')

/** The oldest one of this browser: two pages opened at once then show the same seed. */
async function findWaiting(ctx: AppContext, { userId }: User): Promise<Authenticator | undefined> {
  const all = await listAuthenticators(ctx.db, { userId })
  if (all.some(({ confirmedAt }) => confirmedAt !== null)) throw alreadyEnrolled()
  return all.find(
    (one) => isOfVisitor(ctx.request, one.visitorHash) && one.createdAt + WAITING_LIFETIME > ctx.clock.now(),
  )
}

async function insertWaiting(ctx: AppContext, user: User): Promise<Authenticator> {
  const now = ctx.clock.now()
  const authenticator: Authenticator = {
    id: newId('aut'),
    userId: user.userId,
    type: 'otp',
    name: 'Authenticator app',
    encryptedSecret: await ctx.encryption.encrypt(newTotpSecret().hex),
    visitorHash: hashSecret(ctx.request.visitorId),
    lastStep: null,
    confirmedAt: null,
    lastUsedAt: null,
    createdAt: now,
  }
  await ctx.db.atomically([
    also(deleteWaitingAuthenticators(user.userId, now - WAITING_LIFETIME)),
    also(insertAuthenticator(authenticator)),
  ])
  return (await findWaiting(ctx, user)) ?? authenticator
}

/** The path of an SVG of `size` units a side: the page draws it, so that no markup is put into a page unread. */
function drawQrCode(uri: string): { size: number; path: string } {
  const { size, data } = QRCode.create(uri, { errorCorrectionLevel: 'M' }).modules
  const path = Array.from(data, (isDark, index) =>
    isDark ? `M${index % size} ${Math.floor(index / size)}h1v1h-1z` : '',
  ).join('')
  return { size, path }
}
