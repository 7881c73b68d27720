import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { DomainError } from '~/platform/errors'
import { newId } from '~/platform/ids'
import { also } from '~db/database'
import type { Connection } from '~db/queries/connections'
import { countOpenJobs, insertJob, insertJobParts, type Job, type JobTask } from '~db/queries/jobs'
import type { User } from '~db/queries/users'

/** So many jobs of a kind may wait or be under way; Auth0 has the same bound. */
const MOST_AT_ONCE: Record<Job['type'], number> = { users_import: 2, users_export: 2, verification_email: 1000 }

type NewJob = Pick<Job, 'type'> & { task: JobTask; connection?: Connection; externalId?: string; total?: number }

/** Has the verification mail sent to a person once more. @throws DomainError `throttled` */
export const startVerificationMail = (
  ctx: AppContext,
  { userId }: User,
  { clientId }: { clientId?: string } = {},
): Promise<Job> => start(ctx, { type: 'verification_email', task: { user_id: userId, client_id: clientId } })

/**
 * Has people imported into a database connection, each by itself: a row that is refused holds up no other.
 * @param rows objects, as they stand in the file
 * @throws DomainError `throttled` while others are imported
 */
export const startImport = (
  ctx: AppContext,
  connection: Connection,
  rows: object[],
  {
    upsert,
    sendsCompletionMail,
    externalId,
  }: { upsert: boolean; sendsCompletionMail: boolean; externalId: string | undefined },
): Promise<Job> =>
  start(
    ctx,
    {
      type: 'users_import',
      task: { upsert, send_completion_email: sendsCompletionMail },
      connection,
      externalId,
      total: rows.length,
    },
    rows,
  )

/**
 * Has the people of a connection, or of all connections of end users, written to a file.
 * @throws DomainError `throttled` while others are exported
 */
export const startExport = (
  ctx: AppContext,
  connection: Connection | undefined,
  task: Pick<JobTask, 'format' | 'limit' | 'fields'>,
): Promise<Job> => start(ctx, { type: 'users_export', task, connection })

async function start(
  ctx: AppContext,
  { type, task, connection, externalId, total }: NewJob,
  rows: object[] = [],
): Promise<Job> {
  if ((await countOpenJobs(ctx.db, type)) >= MOST_AT_ONCE[type]) {
    const message = `There are ${MOST_AT_ONCE[type]} jobs of this kind under way: wait until one of them is finished.`
    throw new DomainError('throttled', message, { retryAfterSeconds: 10 })
  }
  const actor = 'id' in ctx.actor ? ctx.actor : { id: ctx.actor.type, name: ctx.actor.type }
  const job: Job = {
    id: newId('job'),
    type,
    status: 'pending',
    task,
    connectionId: connection?.id ?? null,
    externalId: externalId ?? null,
    actorId: actor.id,
    actorName: actor.name,
    total: total ?? null,
    done: 0,
    inserted: 0,
    updated: 0,
    failed: 0,
    exportedUntil: null,
    exportedUntilId: null,
    holder: null,
    heldUntil: null,
    problem: null,
    createdAt: ctx.clock.now(),
    finishedAt: null,
  }
  const parts = rows.map((row, position) => ({
    jobId: job.id,
    position,
    state: 'waiting' as const,
    content: JSON.stringify(row),
    errors: [],
  }))
  await ctx.db.atomically([
    also(insertJob(job)),
    ...insertJobParts(parts).map(also),
    also(
      auditEvent(
        ctx,
        'job.created',
        { type: 'job', id: job.id, name: type },
        { userId: task.user_id, connectionId: job.connectionId ?? undefined, details: { type } },
      ),
    ),
  ])
  return job
}
