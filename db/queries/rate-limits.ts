import { and, asc, eq, gt, inArray, lt, sql as raw } from 'drizzle-orm'
import { type Database, type Handle, query, statement, write } from '../database'

export type Attempts = Handle['t']['attempts']['$inferSelect']
type Key = Pick<Attempts, 'name' | 'subject' | 'origin'>

/**
 * Takes a point, the last of which closes the count until `blockEnd`; touches no row when it is closed. A count that is
 * new, or has expired, begins as `isBlocked` and `expiresAt` say: its first point can be the last.
 */
export const takePoint = statement<
  Key & Pick<Attempts, 'isBlocked' | 'expiresAt'> & { points: number; now: number; blockEnd: number }
>('take_point', ({ sql, t: { attempts: a } }) => {
  const isOver = raw`${a.expiresAt} <= ${raw.placeholder('now')}`
  const isLast = raw`${a.points} + 1 >= ${raw.placeholder('points')}`
  return sql
    .insert(a)
    .values({
      name: raw.placeholder('name'),
      subject: raw.placeholder('subject'),
      origin: raw.placeholder('origin'),
      points: 1,
      isBlocked: raw.placeholder('isBlocked'),
      expiresAt: raw.placeholder('expiresAt'),
    })
    .onConflictDoUpdate({
      target: [a.name, a.subject, a.origin],
      set: {
        points: raw`case when ${isOver} then 1 else ${a.points} + 1 end`,
        isBlocked: raw`case when ${isOver} then excluded.is_blocked else ${isLast} end`,
        expiresAt: raw`case when ${isOver} then excluded.expires_at when ${isLast} then ${raw.placeholder('blockEnd')} else ${a.expiresAt} end`,
      },
      setWhere: raw`${isOver} or ${a.isBlocked} = false`,
    })
})

const byKey = query<Key, Attempts>('find_attempts', ({ sql, t: { attempts: a } }) =>
  sql
    .select()
    .from(a)
    .where(
      and(
        eq(a.name, raw.placeholder('name')),
        eq(a.subject, raw.placeholder('subject')),
        eq(a.origin, raw.placeholder('origin')),
      ),
    ),
)
export const findAttempts = async (db: Database, key: Key) => (await byKey(db, key))[0]

/** Gives a point back; a count that it had closed is open again. */
export const givePointBack = statement<Key>('give_point_back', ({ sql, t: { attempts: a } }) =>
  sql
    .update(a)
    .set({ points: raw`${a.points} - 1`, isBlocked: false })
    .where(
      and(
        eq(a.name, raw.placeholder('name')),
        eq(a.subject, raw.placeholder('subject')),
        eq(a.origin, raw.placeholder('origin')),
        gt(a.points, 0),
      ),
    ),
)

export const deleteAttempts = statement<Key>('delete_attempts', ({ sql, t: { attempts: a } }) =>
  sql
    .delete(a)
    .where(
      and(
        eq(a.name, raw.placeholder('name')),
        eq(a.subject, raw.placeholder('subject')),
        eq(a.origin, raw.placeholder('origin')),
      ),
    ),
)

/** The closed counts of some subjects. */
export const listBlocks = async (
  { handle: { sql, t } }: Database,
  name: string,
  subjects: string[],
  now: number,
): Promise<Attempts[]> => {
  const { attempts: a } = t
  if (subjects.length === 0) return []
  return sql
    .select()
    .from(a)
    .where(and(eq(a.name, name), inArray(a.subject, subjects), eq(a.isBlocked, true), gt(a.expiresAt, now)))
    .orderBy(asc(a.subject), asc(a.origin))
}

/** Forgets what was counted of some subjects, whatever it was and wherever it came from. */
export const deleteAttemptsOf = (subjects: string[]) =>
  write(({ sql, t: { attempts: a } }) => sql.delete(a).where(inArray(a.subject, subjects)))

export const deleteExpiredAttempts = (before: number) =>
  write(({ sql, t: { attempts: a } }) => sql.delete(a).where(lt(a.expiresAt, before)))
