import { and, desc, eq } from 'drizzle-orm'
import { type Database, type Handle, statement } from '../database'
import { rowPlaceholders } from './placeholders'

export type Refusal = Handle['t']['refusals']['$inferSelect']

export const insertRefusal = statement<Refusal>('insert_refusal', ({ sql, t }) =>
  sql.insert(t.refusals).values(rowPlaceholders(t.refusals)),
)

/** A refusal of one client's request. */
export const findRefusal = async (db: Database, clientId: string, id: string): Promise<Refusal | undefined> => {
  const { refusals: r } = db.handle.t
  const [row] = await db.handle.sql
    .select()
    .from(r)
    .where(and(eq(r.id, id), eq(r.clientId, clientId)))
  return row
}

/** The newest refusals of one client's requests. */
export const listRefusals = (db: Database, clientId: string, limit: number): Promise<Refusal[]> => {
  const { refusals: r } = db.handle.t
  return db.handle.sql.select().from(r).where(eq(r.clientId, clientId)).orderBy(desc(r.at), desc(r.id)).limit(limit)
}
