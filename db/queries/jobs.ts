import { and, asc, eq, gt, isNull, lt, lte, or, sql as raw } from 'drizzle-orm'
import { type Database, type Handle, query, statement, type Write, write } from '../database'
import { rowPlaceholders } from './placeholders'

export type { JobTask, JobType, RowError } from '../schema/tables/jobs'
export type Job = Handle['t']['jobs']['$inferSelect']
export type JobPart = Handle['t']['jobParts']['$inferSelect']

const byId = query<{ id: string }, Job>('find_job', ({ sql, t: { jobs: j } }) =>
  sql
    .select()
    .from(j)
    .where(eq(j.id, raw.placeholder('id'))),
)
export const findJob = async (db: Database, id: string) => (await byId(db, { id }))[0]

export const insertJob = statement<Job>('insert_job', ({ sql, t }) =>
  sql.insert(t.jobs).values(rowPlaceholders(t.jobs)),
)

/** Jobs that nobody works at, the longest waiting first. */
export const listOpenJobs = query<{ now: number; limit: number }, Job>('list_open_jobs', ({ sql, t: { jobs: j } }) =>
  sql
    .select()
    .from(j)
    .where(and(isNull(j.finishedAt), or(isNull(j.heldUntil), lte(j.heldUntil, raw.placeholder('now')))))
    .orderBy(asc(j.createdAt), asc(j.id))
    .limit(raw.placeholder('limit')),
)

/** Takes a job up, or goes on with one that its holder has left; touches no row when another run works at it. */
export const holdJob = (id: string, holder: string, now: number, until: number) =>
  write(({ sql, t: { jobs: j } }) =>
    sql
      .update(j)
      .set({ status: 'processing', holder, heldUntil: until })
      .where(and(eq(j.id, id), isNull(j.finishedAt), or(isNull(j.heldUntil), lte(j.heldUntil, now)))),
  )

/** What a part of a job came to. */
export type JobProgress = Partial<Record<'done' | 'inserted' | 'updated' | 'failed', number>> &
  Partial<Pick<Job, 'total' | 'exportedUntil' | 'exportedUntilId'>>

/** Notes a part that is done; touches no row when the run does not hold the job any more. */
export const noteProgress = (
  { id, holder }: { id: string; holder: string },
  { done = 0, inserted = 0, updated = 0, failed = 0, ...change }: JobProgress,
  heldUntil: number,
) =>
  write(({ sql, t: { jobs: j } }) =>
    sql
      .update(j)
      .set({
        ...change,
        done: raw`${j.done} + ${done}`,
        inserted: raw`${j.inserted} + ${inserted}`,
        updated: raw`${j.updated} + ${updated}`,
        failed: raw`${j.failed} + ${failed}`,
        heldUntil,
      })
      .where(and(eq(j.id, id), eq(j.holder, holder), isNull(j.finishedAt))),
  )

/** Ends a job; touches no row when the run does not hold it any more. */
export const finishJob = (
  { id, holder }: { id: string; holder: string },
  { status, problem, at }: { status: 'completed' | 'failed'; problem: string | null; at: number },
) =>
  write(({ sql, t: { jobs: j } }) =>
    sql
      .update(j)
      .set({ status, problem, finishedAt: at, heldUntil: null })
      .where(and(eq(j.id, id), eq(j.holder, holder), isNull(j.finishedAt))),
  )

/** Ends a job whoever holds it; touches no row when it is finished. */
export const endJob = (id: string, change: Pick<Job, 'status' | 'problem' | 'finishedAt'>) =>
  write(({ sql, t: { jobs: j } }) =>
    sql
      .update(j)
      .set({ ...change, heldUntil: null })
      .where(and(eq(j.id, id), isNull(j.finishedAt))),
  )

/** Forgets what of a job was not dealt with. */
export const deleteWaitingParts = (jobId: string) =>
  write(({ sql, t: { jobParts: p } }) => sql.delete(p).where(and(eq(p.jobId, jobId), eq(p.state, 'waiting'))))

/** Lets others have a job at once that a run leaves. */
export const letGoOfJob = ({ id, holder }: { id: string; holder: string }) =>
  write(({ sql, t: { jobs: j } }) =>
    sql
      .update(j)
      .set({ heldUntil: null })
      .where(and(eq(j.id, id), eq(j.holder, holder), isNull(j.finishedAt))),
  )

const ROWS_AT_ONCE = 200

/** Many parts, a few hundred in a statement. */
export function insertJobParts(parts: JobPart[]): Write[] {
  const writes: Write[] = []
  for (let from = 0; from < parts.length; from += ROWS_AT_ONCE) {
    const rows = parts.slice(from, from + ROWS_AT_ONCE)
    writes.push(write(({ sql, t }) => sql.insert(t.jobParts).values(rows)))
  }
  return writes
}

/** Parts of a job in a state, behind a position. */
export const listJobParts = (
  { handle: { sql, t } }: Database,
  jobId: string,
  { state, after, limit }: { state: JobPart['state']; after: number; limit: number },
): Promise<JobPart[]> => {
  const { jobParts: p } = t
  return sql
    .select()
    .from(p)
    .where(and(eq(p.jobId, jobId), eq(p.state, state), gt(p.position, after)))
    .orderBy(asc(p.position))
    .limit(limit)
}

export const countRefusedParts = ({ handle: { sql, t } }: Database, jobId: string): Promise<number> =>
  sql.$count(t.jobParts, and(eq(t.jobParts.jobId, jobId), eq(t.jobParts.state, 'refused')))

/** Touches no row when the part was dealt with. */
export const deleteWaitingPart = ({ jobId, position }: JobPart) =>
  write(({ sql, t: { jobParts: p } }) =>
    sql.delete(p).where(and(eq(p.jobId, jobId), eq(p.position, position), eq(p.state, 'waiting'))),
  )

/** Touches no row when the part was dealt with. */
export const refuseWaitingPart = ({ jobId, position }: JobPart, change: Pick<JobPart, 'content' | 'errors'>) =>
  write(({ sql, t: { jobParts: p } }) =>
    sql
      .update(p)
      .set({ state: 'refused', ...change })
      .where(and(eq(p.jobId, jobId), eq(p.position, position), eq(p.state, 'waiting'))),
  )

/** Forgets jobs, with what they hold of people, that ended before a time. */
export const deleteOldJobs = (before: number) =>
  write(({ sql, t: { jobs: j } }) => sql.delete(j).where(lt(j.finishedAt, before)))
