import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { endCredentialsSteps } from '~/domain/users/end-credentials'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import { findUser, type Identity, insertUser, listIdentities, moveIdentity } from '~db/queries/users'
import { subjectOf, userOfIdentity } from './identity-profile'
import { type ChangedBy, changeSteps, type Sides } from './undoable-change'

/**
 * Takes a linked identity off an account: it is an account of its own again, under the id and with the profile that it
 * had. The account that it leaves has one way to sign in less, so its sessions and all tokens that apps have of it end.
 * Both sides are told by mail, and by that to the account it can be undone for a week.
 * @param by who does this; without it the person, at the page of their account
 * @param keep the session in which the person does this, or by the tokens of which: those continue
 * @returns the identities that are left, the main one first
 * @throws DomainError `not_found`, `not_allowed` for the main identity, `conflict` when it was changed meanwhile
 */
export async function unlinkIdentity(
  ctx: AppContext,
  userId: string,
  provider: string,
  providerUserId: string,
  { by = { way: 'own page' }, ...keep }: { by?: ChangedBy; sessionId?: string; familyId?: string } = {},
): Promise<Identity[]> {
  const sides = await requireUnlinkable(ctx, userId, provider, providerUserId)
  const { user, identity, profile } = sides
  const now = ctx.clock.now()
  const changed = () => new DomainError('conflict', 'The account was changed meanwhile. Look at it again.')
  const target = asUser({ userId, name: user.name })
  // Whoever was kept out is kept out by either.
  const unlinked = { ...userOfIdentity(identity, profile, now), blockedAt: user.blockedAt }
  await ctx.db.atomically([
    must(insertUser(unlinked), changed),
    must(moveIdentity(identity, unlinked.userId, { profile: null, linkedAt: null }), changed),
    // Before all that is outstanding ends: a yes that is used up here is.
    ...(await changeSteps(ctx, { change: 'unlink', by, sides })),
    ...endCredentialsSteps(ctx, userId, keep),
    also(
      auditEvent(ctx, 'identity.unlinked', target, { userId, details: { identity: subjectOf(identity), provider } }),
    ),
  ])
  return listIdentities(ctx.db, { userId })
}

/** A linked identity, and the account that it is linked to. @throws DomainError as `unlinkIdentity` does */
export async function requireUnlinkable(
  ctx: Pick<AppContext, 'db'>,
  userId: string,
  provider: string,
  providerUserId: string,
): Promise<Sides> {
  const user = await findUser(ctx.db, userId)
  if (!user) throw new DomainError('not_found', 'There is no such account.')
  const identity = (await listIdentities(ctx.db, { userId })).find(
    (known) => known.provider === provider && known.providerUserId === providerUserId,
  )
  if (!identity) throw new DomainError('not_found', 'The account has no such identity. Look again.')
  const { profile } = identity
  if (profile === null) throw new DomainError('not_allowed', 'Main identity cannot be removed.')
  return { user, identity, profile }
}
