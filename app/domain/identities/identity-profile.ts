import type { Identity, IdentityProfile, User } from '~db/queries/users'

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
