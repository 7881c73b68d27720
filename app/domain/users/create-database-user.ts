import type { AppContext } from '~/context'
import { DomainError } from '~/platform/errors'
import { newId, newProviderUserId } from '~/platform/ids'
import { mergedMetadata } from '~/platform/metadata'
import { must, type Step } from '~db/database'
import type { Connection } from '~db/queries/connections'
import { type Identity, insertIdentity, insertUser, type User } from '~db/queries/users'
import { requirePassword } from './password-rules'
import { pictureOfAddress } from './picture'
import { APP_METADATA, normalizeLogin, USER_METADATA } from './user-fields'

/** Without a password, and without the hash of one, the person chooses one by mail. */
export type NewUser = {
  name: string
  email: string
  password?: string
  passwordHash?: string
  emailVerified?: boolean
} & Partial<Record<'givenName' | 'familyName' | 'nickname' | 'picture', string>> & {
    userMetadata?: Record<string, unknown>
    appMetadata?: Record<string, unknown>
    isBlocked?: boolean
    /** The id at the connection, in place of a random one. */
    providerUserId?: string
  }

/**
 * A new person of a database connection: the row, its identity, and the steps that store both. The steps throw
 * `email_taken` when the connection has the address, or somebody the id.
 * @throws DomainError `weak_password`, `invalid` for too much metadata
 */
export async function createDatabaseUser(
  ctx: Pick<AppContext, 'clock' | 'passwords'>,
  connection: Connection,
  { name, email, password, passwordHash, emailVerified = false, ...profile }: NewUser,
): Promise<{ user: User; identity: Identity; steps: Step[] }> {
  const now = ctx.clock.now()
  const address = email.trim()
  if (password !== undefined) requirePassword(connection.options, password, { name, email: address })
  const { providerUserId = newProviderUserId() } = profile
  const user: User = {
    userId: `auth0|${providerUserId}`,
    email: address,
    emailVerified,
    name: name.trim(),
    nickname: profile.nickname ?? address.split('@', 1)[0] ?? null,
    givenName: profile.givenName ?? null,
    familyName: profile.familyName ?? null,
    picture: profile.picture ?? pictureOfAddress(address),
    locale: null,
    userMetadata: mergedMetadata(null, profile.userMetadata ?? null, USER_METADATA),
    appMetadata: mergedMetadata(null, profile.appMetadata ?? null, APP_METADATA),
    blockedAt: profile.isBlocked ? now : null,
    passwordChangedAt: null,
    credentialEpoch: 0,
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
    issuer: null,
    login: normalizeLogin(address),
    passwordHash: passwordHash ?? (password === undefined ? null : await ctx.passwords.hash(password)),
    profile: null,
    linkedAt: null,
    createdAt: now,
  }
  const taken = () =>
    new DomainError('email_taken', 'There is an account with this address. Sign in, or reset its password.', {
      field: 'email',
    })
  return { user, identity, steps: [must(insertUser(user), taken), must(insertIdentity(identity), taken)] }
}
