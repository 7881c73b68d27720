/** A user on the wire. */
import { z } from 'zod'
import type { AppContext } from '~/context'
import { profileOfIdentity } from '~/domain/identities/identity-profile'
import { emailAddress, metadata, newPassword, properName } from '~/domain/users/user-fields'
import { webPage } from '~/platform/web-address'
import { listUsersWithSecondFactor } from '~db/queries/authenticators'
import { listIdentitiesOf, type NamedIdentity } from '~db/queries/user-search'
import type { User } from '~db/queries/users'
import { withoutUnset } from './fields'

const profileData = z.object({
  email: z.string().optional(),
  email_verified: z.boolean().optional(),
  name: z.string().optional(),
  nickname: z.string().optional(),
  given_name: z.string().optional(),
  family_name: z.string().optional(),
  picture: z.string().optional(),
})

export const identityAnswer = z.object({
  connection: z.string(),
  provider: z.string(),
  user_id: z.string().describe('The id at the connection, without the provider.'),
  isSocial: z.boolean(),
  profileData: profileData.optional().describe('What the connection says; of the main identity, the user has it.'),
})

export const userAnswer = z.object({
  user_id: z.string(),
  email: z.string().optional(),
  email_verified: z.boolean(),
  name: z.string(),
  nickname: z.string().optional(),
  given_name: z.string().optional(),
  family_name: z.string().optional(),
  picture: z.string().optional(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  identities: z.array(identityAnswer),
  user_metadata: z.record(z.string(), z.unknown()).optional(),
  app_metadata: z.record(z.string(), z.unknown()).optional(),
  multifactor: z.array(z.string()).optional(),
  last_ip: z.string().optional(),
  last_login: z.iso.datetime().optional(),
  logins_count: z.int().optional(),
  last_password_reset: z.iso.datetime().optional(),
  blocked: z.literal(true).optional(),
})

/** What a person or the tenant may say of a user. */
export const userSettings = {
  name: properName('a name', 150),
  nickname: properName('a nickname', 300),
  given_name: properName('a given name', 150),
  family_name: properName('a family name', 150),
  picture: webPage(2000),
  email: emailAddress,
  email_verified: z
    .boolean()
    .describe(
      'Setting it for the first time removes what was added to the account before: password, linked identities, second factor, consents, sessions, tokens and user_metadata. The person then chooses a password by mail.',
    ),
  verify_email: z.boolean().describe('Whether the link that confirms the address is mailed.'),
  password: newPassword,
  blocked: z.boolean(),
  user_metadata: metadata,
  app_metadata: metadata,
}

const SOCIAL = new Set(['google-oauth2', 'github', 'oauth2'])

export function serializeIdentity(
  user: User,
  { identity, connection, strategy }: NamedIdentity,
  { withProfile = identity.profile !== null }: { withProfile?: boolean } = {},
): z.input<typeof identityAnswer> {
  const profile = profileOfIdentity(user, identity)
  return {
    connection,
    provider: identity.provider,
    user_id: identity.providerUserId,
    isSocial: SOCIAL.has(strategy),
    ...(withProfile
      ? {
          profileData: withoutUnset({
            email: profile.email ?? undefined,
            email_verified: profile.emailVerified,
            name: profile.name,
            nickname: profile.nickname ?? undefined,
            given_name: profile.givenName ?? undefined,
            family_name: profile.familyName ?? undefined,
            picture: profile.picture ?? undefined,
          }),
        }
      : {}),
  }
}

const time = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())

function serialize(user: User, identities: NamedIdentity[], hasSecondFactor: boolean): z.input<typeof userAnswer> {
  return withoutUnset({
    user_id: user.userId,
    email: user.email,
    email_verified: user.emailVerified,
    name: user.name,
    nickname: user.nickname,
    given_name: user.givenName,
    family_name: user.familyName,
    picture: user.picture,
    created_at: new Date(user.createdAt).toISOString(),
    updated_at: new Date(user.updatedAt).toISOString(),
    identities: identities.map((identity) => serializeIdentity(user, identity)),
    user_metadata: user.userMetadata,
    app_metadata: user.appMetadata,
    multifactor: hasSecondFactor ? ['google-authenticator'] : null,
    last_ip: user.lastIp,
    last_login: time(user.lastLoginAt),
    logins_count: user.loginsCount > 0 ? user.loginsCount : null,
    last_password_reset: time(user.passwordChangedAt),
    blocked: user.blockedAt === null ? null : (true as const),
  }) as z.input<typeof userAnswer>
}

/** Users as they are told: with their identities, and whether they have a second factor. */
export async function serializeUsers({ db }: Pick<AppContext, 'db'>, users: User[]) {
  const ids = users.map(({ userId }) => userId)
  const [identities, secondFactors] = await Promise.all([listIdentitiesOf(db, ids), listUsersWithSecondFactor(db, ids)])
  return users.map((user) =>
    serialize(
      user,
      identities.filter(({ identity }) => identity.userId === user.userId),
      secondFactors.includes(user.userId),
    ),
  )
}
