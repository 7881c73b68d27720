import { and, count, eq, gt, lte, max, min, sql as raw } from 'drizzle-orm'
import { type Database, type Handle, query, statement, write } from '../database'
import { rowPlaceholders } from './placeholders'

export type WaitingMail = Handle['t']['mails']['$inferSelect']

export const insertMail = statement<WaitingMail>('insert_mail', ({ sql, t }) =>
  sql.insert(t.mails).values(rowPlaceholders(t.mails)),
)

/** Mails whose time has come, the longest waiting first. */
export const listDueMails = query<{ now: number; limit: number }, WaitingMail>(
  'list_due_mails',
  ({ sql, t: { mails: m } }) =>
    sql
      .select()
      .from(m)
      .where(lte(m.nextAttemptAt, raw.placeholder('now')))
      .orderBy(m.nextAttemptAt, m.id)
      .limit(raw.placeholder('limit')),
)

/** Takes a mail up; touches no row when another node has. */
export const takeMail = ({ id, attempts }: WaitingMail, heldUntil: number) =>
  write(({ sql, t: { mails: m } }) =>
    sql
      .update(m)
      .set({ attempts: attempts + 1, nextAttemptAt: heldUntil })
      .where(and(eq(m.id, id), eq(m.attempts, attempts))),
  )

export const updateMail = (id: string, change: Pick<WaitingMail, 'nextAttemptAt' | 'lastError'>) =>
  write(({ sql, t: { mails: m } }) => sql.update(m).set(change).where(eq(m.id, id)))

export const deleteMail = (id: string) => write(({ sql, t: { mails: m } }) => sql.delete(m).where(eq(m.id, id)))

export async function countWaitingMails({ handle: { sql, t } }: Database): Promise<number> {
  const rows = await sql.select({ count: count() }).from(t.mails)
  return rows[0]?.count ?? 0
}

/** The mails that could not be sent so far: how many, since when, and the reason that one of them was refused for. */
export async function findMailTrouble({
  handle: { sql, t },
}: Database): Promise<{ count: number; since: number; lastError: string } | undefined> {
  const { mails: m } = t
  const rows = await sql
    .select({ count: count(), since: min(m.createdAt), lastError: max(m.lastError) })
    .from(m)
    .where(and(gt(m.attempts, 0), raw`${m.lastError} is not null`))
  const [row] = rows
  return row && row.since !== null && row.lastError !== null
    ? { count: row.count, since: Number(row.since), lastError: row.lastError }
    : undefined
}
