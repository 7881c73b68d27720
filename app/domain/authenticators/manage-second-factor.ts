import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { endSessionsSteps } from '~/domain/users/end-sessions-of-user'
import { DomainError } from '~/platform/errors'
import { newId } from '~/platform/ids'
import { totpHex } from '~/platform/totp'
import { also, must, type Step } from '~db/database'
import {
  type Authenticator,
  confirmAuthenticator,
  deleteAuthenticators,
  deleteRecoveryCodes,
  deleteWaitingAuthenticators,
  insertAuthenticator,
  listAuthenticators,
  renameAuthenticator as renameWrite,
} from '~db/queries/authenticators'
import { listSessionsOfUser, setSessionAmr } from '~db/queries/sessions'
import { holdUser, type User } from '~db/queries/users'
import { replacementCode } from './recovery-codes'
import { withoutSecondFactor } from './remove-totp'
import { tellingSteps } from './tell-person'

/** What the tenant does to a person's second factor, and a person through an app: without a look at the factor itself. */

/**
 * Removes a person's authenticator and recovery codes, for who has lost them; their sessions end. Nothing happens where
 * there is none.
 */
export async function removeSecondFactor(ctx: AppContext, user: User): Promise<void> {
  const { userId } = user
  const now = ctx.clock.now()
  const confirmed = await findConfirmed(ctx, userId)
  if (!confirmed) {
    await ctx.db.run(deleteWaitingAuthenticators(userId, now + 1))
    return
  }
  await ctx.db.atomically([...removalSteps(ctx, user), ...(await tellingSteps(ctx, user, 'removed'))])
}

function removalSteps(ctx: AppContext, user: User): Step[] {
  const { userId } = user
  const gone = () => new DomainError('conflict', 'The authenticator app was removed already.')
  return [
    also(holdUser(userId)),
    must(deleteAuthenticators(userId), gone),
    also(deleteRecoveryCodes(userId)),
    ...endSessionsSteps(ctx, userId),
    changed(ctx, user, 'authenticator.removed', 'otp'),
  ]
}

/**
 * Gives a person an authenticator whose seed they have already.
 * @param secret base32
 * @throws DomainError `invalid` for a seed that is none, `conflict` when they have one
 */
export async function importTotp(
  ctx: AppContext,
  user: User,
  given: { name?: string; secret: string },
): Promise<Authenticator> {
  const { authenticator, steps } = await newTotp(ctx, user, given)
  await ctx.db.atomically([...steps, ...(await tellingSteps(ctx, user, 'set up'))])
  return authenticator
}

/** An authenticator whose seed exists already, and the steps that store it. @throws as importTotp, its steps too */
export async function newTotp(
  ctx: AppContext,
  user: User,
  { name = 'Authenticator app', secret }: { name?: string; secret: string },
): Promise<{ authenticator: Authenticator; steps: Step[] }> {
  const hex = totpHex(secret)
  if (hex === undefined)
    throw new DomainError('invalid', 'Use 16 to 128 characters of base32', { field: 'totp_secret' })
  const now = ctx.clock.now()
  const waiting: Authenticator = {
    id: newId('aut'),
    userId: user.userId,
    type: 'otp',
    name,
    encryptedSecret: await ctx.encryption.encrypt(hex),
    visitorHash: '',
    lastStep: null,
    confirmedAt: null,
    lastUsedAt: null,
    createdAt: now,
  }
  const taken = () => new DomainError('conflict', 'The user has an authenticator already; remove it first.')
  return {
    authenticator: { ...waiting, confirmedAt: now },
    steps: [
      also(holdUser(user.userId)),
      also(insertAuthenticator(waiting)),
      must(confirmAuthenticator(user.userId, waiting.id, 0, now), taken),
      changed(ctx, user, 'authenticator.enrolled', 'otp'),
    ],
  }
}

/** Gives a person's authenticator another name. @throws DomainError `not_found` */
export async function renameAuthenticator(ctx: AppContext, user: User, id: string, name: string): Promise<void> {
  const gone = () => new DomainError('not_found', 'The authentication method does not exist.')
  await ctx.db.atomically([
    must(renameWrite(user.userId, id, name), gone),
    changed(ctx, user, 'authenticator.renamed', 'otp'),
  ])
}

/**
 * Puts an authenticator whose seed they have already in the place of a person's second factor, recovery codes included;
 * their sessions end where they had one.
 * @throws as importTotp
 */
export async function replaceSecondFactor(
  ctx: AppContext,
  user: User,
  given: { name?: string; secret: string },
): Promise<Authenticator> {
  const confirmed = await findConfirmed(ctx, user.userId)
  const { authenticator, steps } = await newTotp(ctx, user, given)
  await ctx.db.atomically([
    ...(confirmed ? removalSteps(ctx, user) : []),
    ...steps,
    ...(await tellingSteps(ctx, user, 'set up')),
  ])
  return authenticator
}

/**
 * Gives a person one recovery code in place of all that they had.
 * @throws DomainError `not_found` when they have no second factor that it could stand for
 */
export async function resetRecoveryCode(ctx: AppContext, user: User): Promise<string> {
  if (!(await findConfirmed(ctx, user.userId))) {
    throw new DomainError('not_found', 'The user has no second factor that a recovery code could stand for.')
  }
  const { code, step } = replacementCode(ctx, user)
  await ctx.db.atomically([
    also(holdUser(user.userId)),
    also(deleteRecoveryCodes(user.userId)),
    step,
    changed(ctx, user, 'authenticator.enrolled', 'recovery-codes'),
  ])
  return code
}

/** Takes a person's recovery codes away. */
export const removeRecoveryCodes = (ctx: AppContext, user: User): Promise<void> =>
  ctx.db.atomically([
    also(deleteRecoveryCodes(user.userId)),
    changed(ctx, user, 'authenticator.removed', 'recovery-codes'),
  ])

/** No browser counts any more as one in which the second factor was given: apps that ask for it have it given again. */
export async function forgetSecondFactorOfBrowsers(ctx: AppContext, user: User): Promise<void> {
  const sessions = (await listSessionsOfUser(ctx.db, user.userId, ctx.clock.now())).filter(
    ({ area, amr }) => area === 'account' && amr.includes('mfa'),
  )
  await ctx.db.atomically([
    ...sessions.map(({ id, amr }) => also(setSessionAmr(id, withoutSecondFactor(amr)))),
    changed(ctx, user, 'authenticator.forgotten', 'otp'),
  ])
}

const findConfirmed = async ({ db }: Pick<AppContext, 'db'>, userId: string): Promise<Authenticator | undefined> =>
  (await listAuthenticators(db, { userId })).find(({ confirmedAt }) => confirmedAt !== null)

const changed = (
  ctx: AppContext,
  { userId, name }: User,
  action: `authenticator.${'enrolled' | 'renamed' | 'removed' | 'forgotten'}`,
  type: string,
): Step => also(auditEvent(ctx, action, asUser({ userId, name }), { userId, details: { type } }))
