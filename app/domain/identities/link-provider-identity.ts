import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import type { ProviderPerson } from '~/domain/connections/provider-profile'
import { authenticateByPassword } from '~/domain/users/sign-in'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import type { Connection } from '~db/queries/connections'
import { findUserByIdentity, insertIdentity, lockProvenUser, type User } from '~db/queries/users'
import { subjectOf, userOfIdentity } from './identity-profile'
import { linkIdentities, requireConfirmed } from './link-identities'
import { newIdentity } from './provider-user'
import { changeSteps } from './undoable-change'

/**
 * Adds the identity of somebody who has just signed in at a provider to the account of the person who is signed in here.
 * Where it is an account of its own already, the two become one.
 * @throws DomainError `conflict`, and what `linkIdentities` does
 */
export async function linkProviderIdentity(
  ctx: AppContext,
  user: User,
  connection: Connection,
  person: ProviderPerson,
): Promise<void> {
  const found = await findUserByIdentity(ctx.db, connection.id, person)
  if (found) return linkAccount(ctx, user, found.user)
  for (const side of [user, person.profile]) requireConfirmed(side)
  await ctx.throttle.take('identity-link', user.userId)
  const now = ctx.clock.now()
  const changed = () =>
    new DomainError(
      'conflict',
      'This account has just been linked elsewhere, or its id is of somebody whom this connection knew before. Try again, or ask the people who run this site.',
    )
  const target = asUser(user)
  const identity = newIdentity(connection, person, user.userId, now, person.profile)
  // Undone, it is an account of its own, as if they had signed in there without this one.
  const kept = {
    user: userOfIdentity(person, person.profile, now),
    identities: [{ id: identity.id, profile: null, linkedAt: null }],
  }
  const sides = { user, identity, profile: person.profile }
  const subjects = {
    userId: user.userId,
    connectionId: connection.id,
    details: { identities: [subjectOf(person)] },
  }
  await ctx.db.atomically([
    must(lockProvenUser(user.userId, now), changed),
    must(insertIdentity(identity), changed),
    also(auditEvent(ctx, 'identity.linked', target, subjects)),
    ...(await changeSteps(ctx, { change: 'link', by: { way: 'own page' }, sides, kept })),
  ])
}

/**
 * Adds the account of an e-mail address and a password, by which it is proved.
 * @throws DomainError as `authenticateByPassword` and `linkIdentities` do
 */
export async function linkDatabaseAccount(
  ctx: AppContext,
  user: User,
  connections: Connection[],
  given: { login: string; password: string },
): Promise<void> {
  const { user: other } = await authenticateByPassword(ctx, connections, given)
  await linkAccount(ctx, user, other)
}

async function linkAccount(ctx: AppContext, user: User, other: User): Promise<void> {
  if (other.userId === user.userId) throw new DomainError('conflict', 'You sign in to your account by this already.')
  await linkIdentities(ctx, user.userId, other.userId)
}
