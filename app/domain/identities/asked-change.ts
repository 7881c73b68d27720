/** What an app of others asks to change about how a person signs in, and the person's own answer. */
import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { MINUTE } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { newId } from '~/platform/ids'
import { also, must } from '~db/database'
import {
  type AskedChange,
  allowIdentityChange,
  deleteWaitingChanges,
  denyIdentityChange,
  findIdentityChange,
  findWaitingChange,
  type IdentityChange,
  insertIdentityChange,
} from '~db/queries/identity-changes'
import { holdUser, type User } from '~db/queries/users'

/** For how long a request waits, and a yes can be used: the app is open beside the page. */
const LIFETIME = 15 * MINUTE

/** Whether every side has said yes: of two accounts that become one, somebody who is signed in to each. */
export const isAllowed = ({ change, allowedAt, allowedBySubjectAt }: IdentityChange): boolean =>
  allowedAt !== null && (change === 'unlink' || allowedBySubjectAt !== null)

/** The page at which people answer. */
export const pageOfChange = ({ config }: Pick<AppContext, 'config'>, { id }: IdentityChange): string =>
  `${config.issuer}account/linking?request=${id}`

/** What the client has asked for already, or asks for from now on: of each person one change at a time. */
export async function askForChange(ctx: Pick<AppContext, 'db' | 'clock'>, asked: AskedChange): Promise<IdentityChange> {
  const now = ctx.clock.now()
  const waiting = await findWaitingChange(ctx.db, asked, now)
  if (waiting) return waiting
  const row: IdentityChange = {
    ...asked,
    id: newId('idc', 32),
    allowedAt: null,
    allowedBySubjectAt: null,
    doneAt: null,
    undoHash: null,
    kept: null,
    createdAt: now,
    expiresAt: now + LIFETIME,
  }
  await ctx.db.atomically([
    also(holdUser(asked.userId)),
    also(deleteWaitingChanges(asked)),
    also(insertIdentityChange(row)),
  ])
  return row
}

/** As which of the accounts somebody answers who is signed in. */
export type Side = 'account' | 'subject'

/**
 * A request that waits for its answer, and the side of whoever looks at it.
 * @throws DomainError `expired`, `not_allowed` for everybody else
 */
export async function findAskedChange(
  ctx: Pick<AppContext, 'db' | 'clock'>,
  id: string,
  { userId }: Pick<User, 'userId'>,
): Promise<{ row: IdentityChange & AskedChange; side: Side }> {
  const found = await findIdentityChange(ctx.db, id)
  if (!found?.clientId || found.doneAt !== null || found.expiresAt <= ctx.clock.now()) throw over()
  const row = { ...found, clientId: found.clientId }
  if (row.userId === userId) return { row, side: 'account' }
  if (row.change === 'link' && row.subject === userId) return { row, side: 'subject' }
  throw new DomainError(
    'not_allowed',
    'This question is for another account than the one that you are signed in to. Sign in with one of the accounts that you chose in the app.',
  )
}

/** The yes of one side, once. @throws DomainError as `findAskedChange` does, `conflict` where that side has answered */
export async function allowChange(ctx: AppContext, id: string, user: User): Promise<void> {
  const { row, side } = await findAskedChange(ctx, id, user)
  const answered = () => new DomainError('conflict', 'You have answered this already. Reload the page.')
  const column = side === 'account' ? 'allowedAt' : 'allowedBySubjectAt'
  await ctx.db.atomically([
    must(allowIdentityChange(id, column, ctx.clock.now()), answered),
    also(auditEvent(ctx, 'identity.change-allowed', asUser(user), subjectsOf(row))),
  ])
}

/** A no of either side is the end of it. @throws DomainError as `findAskedChange` does */
export async function denyChange(ctx: AppContext, id: string, user: User): Promise<void> {
  const { row } = await findAskedChange(ctx, id, user)
  await ctx.db.atomically([
    must(denyIdentityChange(id, ctx.clock.now()), over),
    also(auditEvent(ctx, 'identity.change-denied', asUser(user), subjectsOf(row))),
  ])
}

const subjectsOf = ({ userId, clientId, change, subject }: AskedChange) => ({
  userId,
  clientId,
  details: { change, subject },
})

const over = () =>
  new DomainError('expired', 'The app no longer waits for this answer. Go back to it, and begin again if you want to.')
