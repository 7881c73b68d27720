import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { hasAuthenticator } from '~/domain/authenticators/enrol-totp'
import { logoutDeliverySteps } from '~/domain/sessions/deliver-logouts'
import { DomainError } from '~/platform/errors'
import { also, must, type Step } from '~db/database'
import { listConnections } from '~db/queries/connections'
import { moveUndoableLinks } from '~db/queries/identity-changes'
import { listUntoldSessionsOfUser } from '~db/queries/sessions'
import {
  deleteUserWithoutIdentity,
  findUser,
  type Identity,
  listIdentities,
  lockProvenUser,
  moveIdentity,
  type User,
} from '~db/queries/users'
import { profileOfIdentity, profileOfUser, subjectOf } from './identity-profile'
import { type ChangedBy, changeSteps } from './undoable-change'

/**
 * Makes two accounts one: the identities of the second sign in to the first from now on, and keep what their connections
 * say of the person. The second account goes away, with its sessions, tokens, consents, second factor and metadata; apps
 * that knew it are told that its sessions ended. Both sides are told by mail, and can undo it for a week. Who calls this has
 * proof of both accounts.
 * @param by who links them; without it the person, at the page of their account
 * @param dropsSecondFactor for the tenant's own programs, which may link an account that asks for a second factor
 * @param onlyUnused whether the second has to be an account that nobody has signed in to or changed
 * @returns all identities of the first, the main one first
 * @throws DomainError `invalid` for an account and itself, `not_found`, `not_allowed` for blocked people and those of the
 * portal's own areas, and where an address is not confirmed, `conflict` when either changed meanwhile,
 * `throttled`
 */
export async function linkIdentities(
  ctx: AppContext,
  primaryUserId: string,
  secondaryUserId: string,
  {
    dropsSecondFactor = false,
    onlyUnused = false,
    by = { way: 'own page' },
  }: { dropsSecondFactor?: boolean; onlyUnused?: boolean; by?: ChangedBy } = {},
): Promise<Identity[]> {
  const { primary, secondary } = await requireBothLinkable(ctx, primaryUserId, secondaryUserId, { dropsSecondFactor })
  await ctx.throttle.take('identity-link', primaryUserId)
  const now = ctx.clock.now()
  const changed = () => new DomainError('conflict', 'One of the accounts was changed meanwhile. Look at both again.')
  const target = asUser({ userId: primaryUserId, name: primary.user.name })
  const sessions = await listUntoldSessionsOfUser(ctx.db, secondaryUserId, now)
  const deliveries = await Promise.all(sessions.map((session) => logoutDeliverySteps(ctx, session)))
  const details = {
    secondary: { id: secondaryUserId, name: secondary.user.name },
    identities: secondary.identities.map(subjectOf),
  }
  const kept = {
    user: secondary.user,
    identities: secondary.identities.map(({ id, profile, linkedAt }) => ({ id, profile, linkedAt })),
  }
  const sides = { user: primary.user, identity: mainOf(secondary), profile: profileOfUser(secondary.user) }
  await ctx.db.atomically([
    // In one order whichever is the first: of two links of the same accounts in opposite directions, one finds nothing.
    ...[primaryUserId, secondaryUserId]
      .sort()
      .map((userId) =>
        must(lockProvenUser(userId, now, { isUnused: onlyUnused && userId === secondaryUserId }), changed),
      ),
    ...secondary.identities.map((identity): Step => {
      const profile = profileOfIdentity(secondary.user, identity)
      return must(moveIdentity(identity, primaryUserId, { profile, linkedAt: now }), changed)
    }),
    ...deliveries.flat(),
    also(moveUndoableLinks(secondaryUserId, primaryUserId, details.identities)),
    must(deleteUserWithoutIdentity(secondaryUserId), changed),
    also(auditEvent(ctx, 'identity.linked', target, { userId: primaryUserId, details })),
    ...(await changeSteps(ctx, { change: 'link', by, sides, kept })),
  ])
  return listIdentities(ctx.db, { userId: primaryUserId })
}

/** An account with its ways to sign in. */
type Account = { user: User; identities: Identity[] }

function mainOf({ user, identities: [main] }: Account): Identity {
  if (!main) throw new Error(`${user.userId} has no identity`)
  return main
}

/** Both accounts, if `linkIdentities` would make them one. @throws DomainError as it does */
export async function requireBothLinkable(
  ctx: Pick<AppContext, 'db'>,
  primaryUserId: string,
  secondaryUserId: string,
  { dropsSecondFactor = false } = {},
): Promise<{ primary: Account; secondary: Account }> {
  if (primaryUserId === secondaryUserId) throw new DomainError('invalid', 'Main identity and the new one are the same.')
  const primary = await requireLinkable(ctx, primaryUserId)
  const secondary = await requireLinkable(ctx, secondaryUserId)
  if (!dropsSecondFactor) await requireNoSecondFactor(ctx, secondaryUserId)
  return { primary, secondary }
}

/** A second factor would go away with the account, and half of what protects its identities with it. */
async function requireNoSecondFactor(ctx: Pick<AppContext, 'db'>, userId: string): Promise<void> {
  if (!(await hasAuthenticator(ctx, userId))) return
  throw new DomainError(
    'not_allowed',
    'That account asks for a second factor. Sign in to it, remove its authenticator app, and link it then.',
  )
}

/** An account that can be linked, as it stands. @throws DomainError `not_found`, `not_allowed` */
async function requireLinkable(ctx: Pick<AppContext, 'db'>, userId: string): Promise<Account> {
  const user = await findUser(ctx.db, userId)
  if (!user) throw new DomainError('not_found', 'There is no such account.')
  if (user.blockedAt !== null) {
    throw new DomainError('not_allowed', 'A blocked account cannot be linked. Ask the people who run this site.')
  }
  requireConfirmed(user)
  const identities = await listIdentities(ctx.db, { userId })
  const areas = new Set((await listConnections(ctx.db, {})).filter(({ area }) => area !== null).map(({ id }) => id))
  if (identities.some(({ connectionId }) => areas.has(connectionId))) {
    throw new DomainError('not_allowed', 'Accounts of partners and of tenant members cannot be linked.')
  }
  return { user, identities }
}

/**
 * Whoever signs up with the address of somebody else, and waits, is to have nothing linked to the account that its owner
 * comes into later, nor that account to one of their own. A side without an address is nobody else's.
 * @throws DomainError `not_allowed`
 */
export function requireConfirmed({ email, emailVerified }: Pick<User, 'email' | 'emailVerified'>): void {
  if (email === null || emailVerified) return
  throw new DomainError(
    'not_allowed',
    `The address ${email} is not confirmed. Sign in with it, confirm it by the link that is mailed, and link it then.`,
  )
}
