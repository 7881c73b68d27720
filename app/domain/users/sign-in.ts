import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { DomainError } from '~/platform/errors'
import { networkOf } from '~/platform/network'
import type { Connection } from '~db/queries/connections'
import { findUserByLogin, type Identity, type User } from '~db/queries/users'
import { normalizeLogin } from './user-fields'

/**
 * Proves a person by login and password at one of the connections. What is wrong is not told: not whether the account
 * exists, neither by text nor by time.
 * @throws DomainError `throttled` after 10 failures of the account or the network, `wrong_credentials`, `user_blocked`
 */
export async function authenticateByPassword(
  ctx: AppContext,
  connections: Connection[],
  { login, password }: { login: string; password: string },
): Promise<{ user: User; identity: Identity }> {
  const normalized = normalizeLogin(login)
  const ids = connections.filter(({ strategy }) => strategy === 'auth0').map(({ id }) => id)
  const found = await findUserByLogin(ctx.db, ids, normalized)
  const network = networkOf(ctx.request.ip)
  // Where the person signed in last has a count of its own: nobody can lock them out from elsewhere.
  const isKnown = found !== undefined && network === networkOf(found.user.lastIp ?? undefined)
  const account = `${connections.map(({ id }) => id).join()}:${normalized}${isKnown ? `:${network}` : ''}`
  const address = `address:${network}`
  for (const key of [account, address]) await ctx.throttle.take('sign-in', key)
  const matches = await ctx.passwords.verify(found?.identity.passwordHash, password)
  if (!found || !matches) {
    const target = found ? ({ type: 'user', id: found.user.userId, name: found.user.name } as const) : undefined
    await ctx.db.run(auditEvent(ctx, 'user.sign-in-failed', target, { userId: found?.user.userId }))
    throw new DomainError('wrong_credentials', 'Wrong e-mail address or password. Check both, or reset the password.', {
      field: 'password',
    })
  }
  await ctx.throttle.reset('sign-in', account)
  await ctx.throttle.giveBack('sign-in', address)
  if (found.user.blockedAt !== null) {
    throw new DomainError('user_blocked', 'This account is blocked. Ask the people who run this site.')
  }
  return found
}
