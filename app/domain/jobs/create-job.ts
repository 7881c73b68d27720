import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { DomainError } from '~/platform/errors'
import { newId } from '~/platform/ids'
import { also } from '~db/database'
import type { Connection } from '~db/queries/connections'
import { insertJob, insertJobParts, type Job, type JobTask } from '~db/queries/jobs'
import { openJobsOfTenant, roomSteps } from '~db/queries/room'
import type { User } from '~db/queries/users'

/** So many jobs of a kind may wait or be under way; Auth0 has the same bound. */
const MOST_AT_ONCE = { users_import: 2, users_export: 2, verification_email: 1000 }

type NewJob = {
  type: keyof typeof MOST_AT_ONCE
  task: JobTask
  connection?: Connection
  externalId?: string
  total?: number
}

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

async function start(ctx: AppContext, { connection, ...given }: NewJob, rows: object[] = []): Promise<Job> {
  const { type, task } = given
  const most = MOST_AT_ONCE[type]
  const message = `There are ${most} jobs of this kind under way: wait until one of them is finished.`
  const full = () => new DomainError('throttled', message, { retryAfterSeconds: 10 })
  const job = newJob(ctx, { ...given, connectionId: connection?.id })
  const parts = rows.map((row, position) => ({
    jobId: job.id,
    position,
    state: 'waiting' as const,
    content: JSON.stringify(row),
    errors: [],
  }))
  await ctx.db.atomically([
    ...roomSteps(openJobsOfTenant(type), most, full),
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

/** The row of a job that waits to be begun, in the name of whoever acts. */
export function newJob(
  ctx: Pick<AppContext, 'actor' | 'clock'>,
  given: Pick<Job, 'type' | 'task'> & Partial<Pick<Job, 'connectionId' | 'externalId' | 'total'>>,
): Job {
  if (!('id' in ctx.actor)) throw new Error('a job is begun by somebody')
  const { type: actorType, id: actorId, name: actorName } = ctx.actor
  return {
    id: newId('job'),
    status: 'pending',
    actorType,
    actorId,
    actorName,
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
    ...given,
    connectionId: given.connectionId ?? null,
    externalId: given.externalId ?? null,
    total: given.total ?? null,
  }
}
