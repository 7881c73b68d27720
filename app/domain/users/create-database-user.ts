import { createHash } from 'node:crypto'
import type { AppContext } from '~/context'
import { DomainError } from '~/platform/errors'
import { newId, newProviderUserId } from '~/platform/ids'
import { also, must, type Step } from '~db/database'
import type { Connection } from '~db/queries/connections'
import { type Identity, insertIdentity, insertUser, type User } from '~db/queries/users'
import { normalizeLogin } from './user-fields'

export type NewUser = { name: string; email: string; password: string; emailVerified?: boolean } & Partial<
  Record<'givenName' | 'familyName' | 'nickname', string>
> & { userMetadata?: Record<string, unknown> }

/**
 * A new person of a database connection: the row, its identity, and the steps that store both. The steps throw
 * `email_taken` when the connection has the address.
 */
export async function createDatabaseUser(
  ctx: Pick<AppContext, 'clock' | 'passwords'>,
  connection: Connection,
  { name, email, password, emailVerified = false, ...profile }: NewUser,
): Promise<{ user: User; identity: Identity; steps: Step[] }> {
  const now = ctx.clock.now()
  const address = email.trim()
  const providerUserId = newProviderUserId()
  const user: User = {
    userId: `auth0|${providerUserId}`,
    email: address,
    emailVerified,
    name: name.trim(),
    nickname: profile.nickname ?? address.split('@', 1)[0] ?? null,
    givenName: profile.givenName ?? null,
    familyName: profile.familyName ?? null,
    picture: gravatar(address),
    locale: null,
    userMetadata: profile.userMetadata ?? null,
    appMetadata: null,
    blockedAt: null,
    passwordChangedAt: null,
    lastLoginAt: null,
    lastIp: null,
    loginsCount: 0,
    createdAt: now,
    updatedAt: now,
  }
  const identity: Identity = {
    id: newId('idn'),
    userId: user.userId,
    connectionId: connection.id,
    provider: 'auth0',
    providerUserId,
    login: normalizeLogin(address),
    passwordHash: await ctx.passwords.hash(password),
    profile: null,
    createdAt: now,
  }
  const taken = () =>
    new DomainError('email_taken', 'There is an account with this address. Sign in, or reset its password.', {
      field: 'email',
    })
  return { user, identity, steps: [also(insertUser(user)), must(insertIdentity(identity), taken)] }
}

/** What Auth0 gives as the picture of a person who has set none. */
function gravatar(email: string): string {
  const digest = createHash('md5').update(email.toLowerCase()).digest('hex')
  const initials = encodeURIComponent(`https://cdn.auth0.com/avatars/${email.slice(0, 2).toLowerCase()}.png`)
  return `https://s.gravatar.com/avatar/${digest}?s=480&r=pg&d=${initials}`
}
