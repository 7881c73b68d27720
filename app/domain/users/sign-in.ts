import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { blockedAccountMail, breachedPasswordMail } from '~/domain/mail/mails'
import { mailStep } from '~/domain/mail/outbox'
import { DomainError } from '~/platform/errors'
import type { Connection } from '~db/queries/connections'
import { findTenantSettings } from '~db/queries/tenant'
import { findUserByLogin, type Identity, replacePasswordHash, type User } from '~db/queries/users'
import { isCommonPassword } from './common-passwords'
import { type SignInLimit, signInLimits, unknownLoginKey } from './sign-in-limits'
import { normalizeLogin } from './user-fields'

type Given = {
  login: string
  password: string
  /** A client that proved itself sends what the person typed: its address is that of many, and is not counted. */
  byClient?: boolean
}

/**
 * Proves a person by login and password at one of the connections. What is wrong is not told: not whether the account
 * exists, neither by text nor by time.
 * @throws DomainError `throttled` after too many failures of the account or the network, `wrong_credentials`,
 *   `user_blocked`, `password_breached`
 */
export async function authenticateByPassword(
  ctx: AppContext,
  connections: Connection[],
  { login, password, byClient = false }: Given,
): Promise<{ user: User; identity: Identity }> {
  const failing = ctx.clock.wait(FAILURE_TAKES)
  const normalized = normalizeLogin(login)
  const ids = connections.filter(({ strategy }) => strategy === 'auth0').map(({ id }) => id)
  const found = await findUserByLogin(ctx.db, ids, normalized)
  // One count for a person, by whichever connections they are looked for.
  const account = found?.identity.id ?? unknownLoginKey(normalized)
  const limits = await signInLimits(ctx, { connections, account, user: found?.user, byClient })
  const target = found && asUser(found.user)
  const subjects = { userId: found?.user.userId, connectionId: found?.identity.connectionId ?? onlyOne(ids) }
  for (const { of, key, within, blocks } of limits) {
    await ctx.throttle.take('sign-in', key, within).catch(async (error) => {
      const notice = typeof key === 'string' ? key : `${key.of}:${key.from}`
      const event = auditEvent(ctx, 'user.sign-in-limited', target, { ...subjects, details: { of } })
      if (await isFirst(ctx, notice)) await ctx.db.run(event)
      if (!blocks) return
      await failing
      throw error
    })
  }
  const { matches, isOutdated } = await ctx.passwords.verify(found?.identity.passwordHash, password)
  if (!found || !matches) {
    await ctx.db.run(auditEvent(ctx, 'user.sign-in-failed', target, subjects))
    if (found) await tellOfBlock(ctx, found, limits)
    await failing
    throw new DomainError('wrong_credentials', 'Wrong e-mail address or password. Check both, or reset the password.', {
      field: 'password',
    })
  }
  if (isOutdated) await renewHash(ctx, found.identity, password)
  for (const { key, afterSuccess } of limits) await ctx.throttle[afterSuccess]('sign-in', key)
  if (found.user.blockedAt !== null) {
    const details = { reason: 'blocked' }
    await ctx.db.run(auditEvent(ctx, 'user.sign-in-failed', target, { ...subjects, details }))
    throw new DomainError('user_blocked', 'This account is blocked. Ask the people who run this site.')
  }
  if (connections.every(({ area }) => area === null)) await refuseBreached(ctx, found, password)
  return found
}

/**
 * How many milliseconds a wrong password, and one that is not compared, takes at least: longer than any hash takes to
 * compare, of ours or made elsewhere, so that the time does not say whether there is an account, and how its password is
 * kept. It costs no work.
 */
const FAILURE_TAKES = 400

/** A hash that was made elsewhere is replaced by one of ours, unless the password was changed meanwhile. */
async function renewHash({ db, passwords }: AppContext, identity: Identity, password: string): Promise<void> {
  const { id, passwordHash } = identity
  if (passwordHash === null) return
  await db.run(replacePasswordHash(id, passwordHash, await passwords.hash(password)))
}

/** Writes to a person once when too many wrong passwords have closed their account. */
async function tellOfBlock(
  ctx: AppContext,
  { user: { email, name }, identity }: { user: User; identity: Identity },
  limits: SignInLimit[],
): Promise<void> {
  const told = limits.filter(({ tells }) => tells).map(({ key }) => key)
  if (told.length === 0 || !email) return
  const isClosed = await ctx.throttle.requireFree('sign-in', told).then(
    () => false,
    () => true,
  )
  if (!isClosed || !(await isFirst(ctx, `mail:${identity.id}`))) return
  const link = `${ctx.config.issuer}u/reset-password`
  await ctx.db.atomically([await mailStep(ctx, await blockedAccountMail(ctx, { to: email, name, area: null, link }))])
}

/**
 * What a sign-in with a password leads to that is on the list of leaked ones, as the tenant has it: the person is told,
 * and, or, has to choose another.
 * @throws DomainError `password_breached`
 */
async function refuseBreached(
  ctx: AppContext,
  { user, identity }: { user: User; identity: Identity },
  password: string,
): Promise<void> {
  const { enabled, shields } = (await findTenantSettings(ctx.db)).breachedPasswordDetection
  if (!enabled || !isCommonPassword(password)) return
  const target = asUser(user)
  const subjects = { userId: user.userId, connectionId: identity.connectionId, details: { reason: 'breached' } }
  await ctx.db.run(auditEvent(ctx, 'user.sign-in-failed', target, subjects))
  if (shields.includes('user_notification') && user.email && (await isFirst(ctx, `breached:${user.userId}`))) {
    const link = `${ctx.config.issuer}u/reset-password`
    const mail = await breachedPasswordMail(ctx, { to: user.email, name: user.name, area: null, link })
    await ctx.db.atomically([await mailStep(ctx, mail)])
  }
  if (!shields.includes('block')) return
  throw new DomainError(
    'password_breached',
    'This password is on a list of leaked ones, so it lets nobody in. Reset it to choose a new one.',
  )
}

/** Whether nothing of the kind was told in the last quarter of an hour. */
const isFirst = (ctx: AppContext, key: string): Promise<boolean> =>
  ctx.throttle.take('sign-in-notice', key).then(
    () => true,
    () => false,
  )

const onlyOne = (ids: string[]): string | undefined => (ids.length === 1 ? ids[0] : undefined)
