import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { endCredentialsSteps } from '~/domain/users/end-credentials'
import { DomainError } from '~/platform/errors'
import { hashSecret } from '~/platform/secrets'
import { also, must, type Step } from '~db/database'
import {
  deleteUndoableChange,
  findUndoableChange,
  type IdentityChange,
  type KeptAccount,
  moveUndoableLinks,
} from '~db/queries/identity-changes'
import { findUser, insertUser, listIdentities, moveIdentity, type User } from '~db/queries/users'
import { profileOfUser, subjectOf } from './identity-profile'
import { linkIdentities } from './link-identities'
import { changeSteps } from './undoable-change'

/** A change that a mailed link undoes, and the account that it was made to. */
export type Undoable = { row: IdentityChange; user: User }

/**
 * @throws DomainError `expired` for a link that was used, is too old, or was never made, `conflict` where what was unlinked
 * is an account that somebody has used since: it is no longer for the mail of the other one to say whose it is
 */
export async function findUndoable(ctx: Pick<AppContext, 'db' | 'clock'>, ticket: string): Promise<Undoable> {
  const row = await findUndoableChange(ctx.db, hashSecret(ticket), ctx.clock.now())
  const user = row && (await findUser(ctx.db, row.userId))
  if (!user) throw over()
  if (row.change === 'unlink' && !isUnused(await findUser(ctx.db, row.subject))) throw isUsed()
  return { row, user }
}

const isUnused = (user: User | undefined): boolean =>
  user !== undefined && user.loginsCount === 0 && user.updatedAt === user.createdAt

/**
 * Undoes what the link is of, once. An account that was linked is one of its own again, as it was: its profile, metadata
 * and ways to sign in. Its sessions, consents and second factor do not come back. What the other account is signed in to
 * ends, as one of its ways to sign in does. An identity that was unlinked is linked again, and both addresses are told.
 * @throws DomainError `expired`, `conflict` when either account was changed since, and what `linkIdentities` does
 */
export async function undoChange(ctx: AppContext, ticket: string): Promise<void> {
  const { row, user } = await findUndoable(ctx, ticket)
  const taken = must(deleteUndoableChange(hashSecret(ticket), ctx.clock.now()), over)
  if (row.kept) return restore(ctx, user, { ...row, kept: row.kept }, taken)
  await linkIdentities(ctx, row.userId, row.subject, { onlyUnused: true, by: { way: 'undoing', taken } })
}

/**
 * Its profile is as its connections have it now: an address that it had may be somebody else's since. So is the time of
 * its password, by which tokens of before are judged.
 */
async function restore(
  ctx: AppContext,
  user: User,
  { kept, doneAt }: Pick<IdentityChange, 'doneAt'> & { kept: KeptAccount },
  taken: Step,
): Promise<void> {
  const { userId } = user
  const present = new Map((await listIdentities(ctx.db, { userId })).map((identity) => [identity.id, identity]))
  const main = present.get(kept.identities.find(({ profile }) => profile === null)?.id ?? '')
  if (!main) throw changed()
  const hasNewPassword = (user.passwordChangedAt ?? 0) >= (doneAt ?? 0)
  const restored: User = {
    ...kept.user,
    ...main.profile,
    ...(hasNewPassword ? { passwordChangedAt: user.passwordChangedAt } : {}),
    blockedAt: user.blockedAt,
    updatedAt: ctx.clock.now(),
  }
  // What was linked to it, and is an account of its own by now, stays so.
  const returning = kept.identities.flatMap((one) => {
    const now = present.get(one.id)
    return now ? [{ ...one, subject: subjectOf(now), profile: one.profile && (now.profile ?? one.profile) }] : []
  })
  const sides = { user, identity: main, profile: profileOfUser(restored) }
  await ctx.db.atomically([
    must(insertUser(restored), changed),
    ...returning.map(({ id, profile, linkedAt }) =>
      must(moveIdentity({ id, userId }, restored.userId, { profile, linkedAt }), changed),
    ),
    also(
      moveUndoableLinks(
        userId,
        restored.userId,
        returning.map(({ subject }) => subject),
      ),
    ),
    ...endCredentialsSteps(ctx, userId),
    also(
      auditEvent(ctx, 'identity.unlinked', asUser(user), {
        userId,
        details: { undone: true, identity: restored.userId },
      }),
    ),
    ...(await changeSteps(ctx, { change: 'unlink', by: { way: 'undoing', taken }, sides })),
  ])
}

const changed = () =>
  new DomainError(
    'conflict',
    'The accounts were changed since, so this link can no longer undo it. Sign in, and look at the ways to sign in of your account.',
  )

const isUsed = () =>
  new DomainError(
    'conflict',
    'Somebody has signed in to the account of its own that this way to sign in has now, or changed it. Sign in to your account, and add it again on the page of how you sign in.',
  )

const over = () =>
  new DomainError('expired', 'This link was used already, or is older than seven days. Sign in to see your account.')
