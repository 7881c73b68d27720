import type { ColumnKit } from '../columns'

export type JobType = 'verification_email' | 'users_import' | 'users_export' | 'connection_deletion'

/** What a job is to do, as validated. */
export type JobTask = {
  user_id?: string
  client_id?: string
  upsert?: boolean
  send_completion_email?: boolean
  format?: 'json' | 'csv'
  limit?: number
  fields?: { name: string; export_as?: string }[]
}

export type RowError = { code: string; message: string; path?: string }

export function jobTables(c: ColumnKit) {
  /** What programs have the tenant do after the answer; one node works at a job, in parts, and another goes on if it dies. */
  const jobs = c.table(
    'jobs',
    {
      id: c.text().primaryKey(),
      type: c.text().$type<JobType>().notNull(),
      status: c.text().$type<'pending' | 'processing' | 'completed' | 'failed'>().notNull(),
      task: c.json<JobTask>().notNull(),
      connectionId: c.text(),
      externalId: c.text(),
      /** In whose name it is done. */
      actorType: c.text().$type<'client' | 'user'>().notNull(),
      actorId: c.text().notNull(),
      actorName: c.text().notNull(),
      /** How many people it is about, how many were looked at, and what became of them. */
      total: c.int(),
      done: c.int().notNull(),
      inserted: c.int().notNull(),
      updated: c.int().notNull(),
      failed: c.int().notNull(),
      /** Where an export goes on: creation time and id of the last person. */
      exportedUntil: c.time(),
      exportedUntilId: c.text(),
      /** Which run works at it, and until when nobody else may. */
      holder: c.text(),
      heldUntil: c.time(),
      problem: c.text(),
      createdAt: c.time().notNull(),
      finishedAt: c.time(),
    },
    (t) => [c.index('jobs_open').on(t.finishedAt, t.heldUntil)],
  )

  /** The rows of an import that wait or were refused, and the pieces of the file of an export. */
  const jobParts = c.table(
    'job_parts',
    {
      jobId: c
        .text()
        .notNull()
        .references(() => jobs.id, { onDelete: 'cascade' }),
      position: c.int().notNull(),
      state: c.text().$type<'waiting' | 'refused' | 'written'>().notNull(),
      /** A person to import, as JSON; compressed lines of a file, as base64. */
      content: c.text().notNull(),
      errors: c.json<RowError[]>().notNull(),
    },
    (t) => [c.primaryKey({ columns: [t.jobId, t.position] })],
  )
  return { jobs, jobParts }
}
