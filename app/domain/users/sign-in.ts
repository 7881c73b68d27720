import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { recordSome } from '~/domain/audit/record-some'
import { DomainError } from '~/platform/errors'
import { networkOf } from '~/platform/network'
import type { Connection } from '~db/queries/connections'
import { findUserByLogin, type Identity, replacePasswordHash, type User } from '~db/queries/users'
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
 * @throws DomainError `throttled` after 10 failures of the account or the network, `wrong_credentials`, `user_blocked`
 */
export async function authenticateByPassword(
  ctx: AppContext,
  connections: Connection[],
  { login, password, byClient = false }: Given,
): Promise<{ user: User; identity: Identity }> {
  const normalized = normalizeLogin(login)
  const ids = connections.filter(({ strategy }) => strategy === 'auth0').map(({ id }) => id)
  const found = await findUserByLogin(ctx.db, ids, normalized)
  const network = networkOf(ctx.request.ip)
  // Where the person signed in last has a count of its own: nobody can lock them out from elsewhere.
  const isKnown = !byClient && found !== undefined && network === networkOf(found.user.lastIp ?? undefined)
  // One count for a person, by whichever connections they are looked for.
  const account = { of: found?.identity.id ?? normalized, from: isKnown ? network : '' }
  const address = byClient ? undefined : `address:${network}`
  const target = found && ({ type: 'user', id: found.user.userId, name: found.user.name } as const)
  const subjects = { userId: found?.user.userId, connectionId: found?.identity.connectionId ?? onlyOne(ids) }
  for (const key of [account, address]) {
    if (!key) continue
    await ctx.throttle.take('sign-in', key).catch(async (error) => {
      const notice = typeof key === 'string' ? key : `${key.of}:${key.from}`
      await recordSome(ctx, 'sign-in-notice', notice, auditEvent(ctx, 'user.sign-in-limited', target, subjects))
      throw error
    })
  }
  const matches = await ctx.passwords.verify(found?.identity.passwordHash, password)
  if (!found || !matches) {
    await ctx.db.run(auditEvent(ctx, 'user.sign-in-failed', target, subjects))
    throw new DomainError('wrong_credentials', 'Wrong e-mail address or password. Check both, or reset the password.', {
      field: 'password',
    })
  }
  await renewHash(ctx, found.identity, password)
  await ctx.throttle.reset('sign-in', account)
  if (address) await ctx.throttle.giveBack('sign-in', address)
  if (found.user.blockedAt !== null) {
    const details = { reason: 'blocked' }
    await ctx.db.run(auditEvent(ctx, 'user.sign-in-failed', target, { ...subjects, details }))
    throw new DomainError('user_blocked', 'This account is blocked. Ask the people who run this site.')
  }
  return found
}

/** A hash that was made elsewhere is replaced by one of ours, unless the password was changed meanwhile. */
async function renewHash({ db, passwords }: AppContext, identity: Identity, password: string): Promise<void> {
  const { id, passwordHash } = identity
  if (passwordHash === null || !passwords.isOutdated(passwordHash)) return
  await db.run(replacePasswordHash(id, passwordHash, await passwords.hash(password)))
}

const onlyOne = (ids: string[]): string | undefined => (ids.length === 1 ? ids[0] : undefined)
