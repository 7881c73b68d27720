import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import type { ProviderPerson } from '~/domain/connections/provider-profile'
import { normalizeLogin } from '~/domain/users/user-fields'
import { DomainError } from '~/platform/errors'
import { newId } from '~/platform/ids'
import { also, must } from '~db/database'
import type { Connection } from '~db/queries/connections'
import { deleteUnlinksOf } from '~db/queries/identity-changes'
import {
  findUserByIdentity,
  type Identity,
  type IdentityProfile,
  insertIdentity,
  insertUser,
  type User,
  updateIdentity,
  updateUser,
} from '~db/queries/users'
import { profileOfIdentity, userOfIdentity } from './identity-profile'

/**
 * The account of somebody who has signed in at a provider: the one that knows them by the provider's id, or a new one.
 * An account with the same e-mail address is somebody else's until its person links the two: an address that a provider
 * sends proves nothing here.
 * @throws DomainError `user_blocked`, `conflict` where another connection to the same provider knows them, or another issuer
 * had given the same id to somebody
 */
export async function userOfProvider(ctx: AppContext, connection: Connection, person: ProviderPerson): Promise<User> {
  const found = await findUserByIdentity(ctx.db, connection.id, person)
  if (!found) return createUser(ctx, connection, person)
  if (found.user.blockedAt !== null)
    throw new DomainError('user_blocked', 'This account is blocked. Ask the people who run this site.')
  return refreshProfile(ctx, connection, found, person.profile)
}

async function createUser(ctx: AppContext, connection: Connection, person: ProviderPerson): Promise<User> {
  const now = ctx.clock.now()
  const user = userOfIdentity(person, person.profile, now)
  const target = asUser(user)
  const subjects = { userId: user.userId, connectionId: connection.id }
  try {
    await ctx.db.atomically([
      must(insertUser(user), () => new Taken()),
      must(insertIdentity(newIdentity(connection, person, user.userId, now)), () => new Taken()),
      also(auditEvent(ctx, 'user.signed-up', target, subjects)),
    ])
    return user
  } catch (error) {
    if (!(error instanceof Taken)) throw error
    const found = await findUserByIdentity(ctx.db, connection.id, person)
    if (found) return found.user
    throw new DomainError(
      'conflict',
      'Your id there is taken here: by you, at another connection to the same site, or by somebody of the provider that this connection had before. Sign in by the other one, or ask the people who run this site.',
    )
  }
}

/** Somebody signed in at two places at once, or the id is taken: by another connection to the provider, or of another issuer. */
class Taken extends Error {}

/** The identity of somebody at a provider, as the main one unless a profile is kept with it. */
export const newIdentity = (
  connection: Connection,
  { provider, providerUserId, issuer }: ProviderPerson,
  userId: string,
  now: number,
  profile: IdentityProfile | null = null,
): Identity => ({
  id: newId('idn'),
  userId,
  connectionId: connection.id,
  provider,
  providerUserId,
  issuer,
  login: null,
  passwordHash: null,
  profile,
  linkedAt: profile === null ? null : now,
  createdAt: now,
})

/**
 * Takes over what the provider says of the person now, unless the connection is told to do so once. An address that was
 * confirmed stays so while it is the same: the provider's word adds to what was proved here, and undoes nothing.
 */
async function refreshProfile(
  ctx: AppContext,
  { options }: Connection,
  { user, identity }: { user: User; identity: Identity },
  said: IdentityProfile,
): Promise<User> {
  const before = profileOfIdentity(user, identity)
  const wasConfirmed = before.emailVerified && isSameAddress(before.email, said.email)
  const profile = { ...said, emailVerified: said.emailVerified || wasConfirmed }
  const isSame = (Object.keys(profile) as (keyof IdentityProfile)[]).every((name) => profile[name] === before[name])
  if (isSame || options.set_user_root_attributes === 'on_first_login') return user
  if (identity.profile !== null) {
    await ctx.db.run(updateIdentity(identity.id, { profile }))
    return user
  }
  const change = { ...profile, updatedAt: ctx.clock.now() }
  const movesAddress = !isSameAddress(before.email, said.email)
  await ctx.db.atomically([
    also(updateUser(user.userId, change)),
    ...(movesAddress ? [also(deleteUnlinksOf(user.userId))] : []),
  ])
  return { ...user, ...change }
}

const isSameAddress = (one: string | null, other: string | null): boolean =>
  one !== null && other !== null && normalizeLogin(one) === normalizeLogin(other)
