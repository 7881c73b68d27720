import { and, eq, gt, inArray, isNotNull, isNull, or } from 'drizzle-orm'
import { type Database, type Handle, statement, write } from '../database'
import { rowPlaceholders } from './placeholders'

export type IdentityChange = Handle['t']['identityChanges']['$inferSelect']
export type { KeptAccount } from '../schema/tables/identity-changes'

/** What a client asks to change of which account. */
export type AskedChange = { clientId: string } & Pick<IdentityChange, 'userId' | 'change' | 'subject'>

export async function findIdentityChange({ handle }: Database, id: string): Promise<IdentityChange | undefined> {
  const { identityChanges: c } = handle.t
  return (await handle.sql.select().from(c).where(eq(c.id, id)))[0]
}

/** What a client has asked for already, and may be answered still. */
export async function findWaitingChange(
  { handle }: Database,
  { clientId, userId, change, subject }: AskedChange,
  now: number,
): Promise<IdentityChange | undefined> {
  const { identityChanges: c } = handle.t
  const isSame = and(eq(c.clientId, clientId), eq(c.userId, userId), eq(c.change, change), eq(c.subject, subject))
  return (
    await handle.sql
      .select()
      .from(c)
      .where(and(isSame, isNull(c.doneAt), gt(c.expiresAt, now)))
      .limit(1)
  )[0]
}

/** What was done and can be undone by a link. */
export async function findUndoableChange(
  { handle }: Database,
  undoHash: string,
  now: number,
): Promise<IdentityChange | undefined> {
  const { identityChanges: c } = handle.t
  return (
    await handle.sql
      .select()
      .from(c)
      .where(and(eq(c.undoHash, undoHash), gt(c.expiresAt, now)))
  )[0]
}

export const insertIdentityChange = statement<IdentityChange>('insert_identity_change', ({ sql, t }) =>
  sql.insert(t.identityChanges).values(rowPlaceholders(t.identityChanges)),
)

/** Forgets what a client has asked of a person before and was not done. */
export const deleteWaitingChanges = ({ clientId, userId }: Pick<AskedChange, 'clientId' | 'userId'>) =>
  write(({ sql, t: { identityChanges: c } }) =>
    sql.delete(c).where(and(eq(c.clientId, clientId), eq(c.userId, userId), isNull(c.doneAt))),
  )

/** Forgets what was asked of a person and not done, as either side of it, with every yes that was said to it. */
export const deleteWaitingChangesOf = (userId: string) =>
  write(({ sql, t: { identityChanges: c } }) =>
    sql.delete(c).where(and(or(eq(c.userId, userId), eq(c.subject, userId)), isNull(c.doneAt))),
  )

/** Ends the links that would give an account back a way to sign in that it had. */
export const deleteUnlinksOf = (userId: string) =>
  write(({ sql, t: { identityChanges: c } }) => sql.delete(c).where(and(eq(c.userId, userId), eq(c.change, 'unlink'))))

/** Takes the links that undo the linking of these accounts along, where they are part of another account from now on. */
export const moveUndoableLinks = (from: string, to: string, subjects: string[]) =>
  write(({ sql, t: { identityChanges: c } }) =>
    sql
      .update(c)
      .set({ userId: to })
      .where(and(eq(c.userId, from), eq(c.change, 'link'), isNotNull(c.doneAt), inArray(c.subject, subjects))),
  )

/** Writes down the yes of one side; touches no row when that side has answered, or the request is over. */
export const allowIdentityChange = (id: string, side: 'allowedAt' | 'allowedBySubjectAt', at: number) =>
  write(({ sql, t: { identityChanges: c } }) =>
    sql
      .update(c)
      .set({ [side]: at })
      .where(and(eq(c.id, id), isNull(c[side]), isNull(c.doneAt), gt(c.expiresAt, at))),
  )

/** Touches no row when the request is done, or over. */
export const denyIdentityChange = (id: string, at: number) =>
  write(({ sql, t: { identityChanges: c } }) =>
    sql.delete(c).where(and(eq(c.id, id), isNull(c.doneAt), gt(c.expiresAt, at))),
  )

/** Uses up the yes of every side; touches no row where one is missing, or was used before. */
export const spendIdentityChange = (
  id: string,
  { at, ...done }: { at: number } & Pick<IdentityChange, 'undoHash' | 'kept' | 'expiresAt'>,
) =>
  write(({ sql, t: { identityChanges: c } }) =>
    sql
      .update(c)
      .set({ ...done, doneAt: at })
      .where(
        and(
          eq(c.id, id),
          isNull(c.doneAt),
          gt(c.expiresAt, at),
          isNotNull(c.allowedAt),
          or(eq(c.change, 'unlink'), isNotNull(c.allowedBySubjectAt)),
        ),
      ),
  )

/** Uses up the link by which a change is undone; touches no row once it was used, or its time is over. */
export const deleteUndoableChange = (undoHash: string, at: number) =>
  write(({ sql, t: { identityChanges: c } }) => sql.delete(c).where(and(eq(c.undoHash, undoHash), gt(c.expiresAt, at))))
