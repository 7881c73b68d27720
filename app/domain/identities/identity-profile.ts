import type { AppContext } from '~/context'
import { findConnection } from '~db/queries/connections'
import type { Identity, IdentityProfile, User } from '~db/queries/users'

/** As people know an account. */
export const nameOf = ({ email, name }: Pick<User, 'email' | 'name'>): string => email ?? name

/** As people know a way to sign in, beside another with the same address. */
export async function nameOfIdentity(
  { db }: Pick<AppContext, 'db'>,
  { connectionId, passwordHash }: Identity,
  profile: Pick<IdentityProfile, 'email' | 'name'>,
): Promise<string> {
  if (passwordHash !== null) return `${nameOf(profile)} (with a password)`
  const connection = await findConnection(db, connectionId)
  return connection ? `${nameOf(profile)} (at ${connection.displayName ?? connection.name})` : nameOf(profile)
}

/** What a person's account has from the connection of its main identity. */
export const profileOfUser = (user: User): IdentityProfile => ({
  email: user.email,
  emailVerified: user.emailVerified,
  name: user.name,
  nickname: user.nickname,
  givenName: user.givenName,
  familyName: user.familyName,
  picture: user.picture,
  locale: user.locale,
})

/** What the connection of one of a person's identities says of them. */
export const profileOfIdentity = (user: User, identity: Identity): IdentityProfile =>
  identity.profile ?? profileOfUser(user)

/** The subject of somebody who is known by this identity alone. */
export const subjectOf = ({ provider, providerUserId }: Pick<Identity, 'provider' | 'providerUserId'>): string =>
  `${provider}|${providerUserId}`

/** A subject in the parts that an identity has. */
export function partsOf(subject: string): { provider: string; providerUserId: string } {
  const end = subject.indexOf('|')
  return { provider: subject.slice(0, end), providerUserId: subject.slice(end + 1) }
}

/** A new account that has its profile from one identity. */
export const userOfIdentity = (
  identity: Pick<Identity, 'provider' | 'providerUserId'>,
  profile: IdentityProfile,
  now: number,
): User => ({
  ...profile,
  userId: subjectOf(identity),
  userMetadata: null,
  appMetadata: null,
  blockedAt: null,
  passwordChangedAt: null,
  credentialEpoch: 0,
  lastLoginAt: null,
  lastIp: null,
  loginsCount: 0,
  createdAt: now,
  updatedAt: now,
})
