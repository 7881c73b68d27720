import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { logFailure } from '~/domain/audit/log-failure'
import { importDoneMail } from '~/domain/mail/mails'
import { memberMailSteps } from '~/domain/tenant/member-mails'
import { verificationSteps } from '~/domain/users/verify-email'
import { DAY } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { also, must, type Step } from '~db/database'
import {
  deleteOldJobs,
  deleteWaitingParts,
  endJob,
  findJob,
  finishJob,
  type Job,
  letGoOfJob,
  listOpenJobs,
} from '~db/queries/jobs'
import { findEndUser } from '~db/queries/user-search'
import { deleteSomeOfConnection } from './delete-connection'
import { exportSome } from './export-users'
import { importSome } from './import-users'
import { JobLost, type JobRun, takeJob } from './job-run'

/** What a job holds of people is kept for so long after it ended; Auth0 keeps it as long. */
const KEPT = 1 * DAY
/** A job that could not be done for so long is given up. */
const GIVEN_UP = 1 * DAY
const AT_ONCE = 10

/** What each kind of job does, a part at a time. @returns whether there is more to do */
const WORK: Record<Job['type'], (ctx: AppContext, run: JobRun) => Promise<boolean>> = {
  verification_email: mailVerification,
  users_import: importSome,
  users_export: exportSome,
  connection_deletion: deleteSomeOfConnection,
}

/**
 * Begins the jobs that wait, and goes on with those whose node has died: what is done of a job stands in the database,
 * one part at a time, so that no part is done twice and none is left out. Every node may take its part, one node a job; a
 * long one keeps no other waiting.
 * @param ending when it is aborted, jobs are left after the part that is under way, for another node to go on with
 * @returns the jobs that are under way; they do not reject
 */
export async function beginJobs(ctx: AppContext, ending?: AbortSignal): Promise<Promise<void>[]> {
  const open = await listOpenJobs(ctx.db, { now: ctx.clock.now(), limit: AT_ONCE })
  return open.map((job) =>
    doJob(ctx, job, ending).catch((error) => {
      // What is a failure of ours passes: the job is gone on with when this run's time is over.
      if (!(error instanceof JobLost)) logFailure(ctx.log, error, 'a job was not done', { job: job.id })
    }),
  )
}

/**
 * Ends a job that is not finished: what is done of it stays, and what waits is forgotten. A run that is under way ends at
 * its next part.
 * @throws DomainError `conflict` for one that is finished
 */
export async function cancelJob(ctx: AppContext, job: Job): Promise<Job> {
  const { id, type, connectionId } = job
  const change = { status: 'failed', problem: 'It was cancelled.', finishedAt: ctx.clock.now() } as const
  const over = () => new DomainError('conflict', 'The job is finished already.')
  await ctx.db.atomically([
    must(endJob(id, change), over),
    also(deleteWaitingParts(id)),
    also(
      auditEvent(
        ctx,
        'job.finished',
        { type: 'job', id, name: type },
        { connectionId: connectionId ?? undefined, details: { type, status: 'cancelled' } },
      ),
    ),
  ])
  return (await findJob(ctx.db, id)) ?? { ...job, ...change }
}

/** Forgets what ended a day ago. */
export const sweepJobs = (ctx: Pick<AppContext, 'db' | 'clock'>): Promise<number> =>
  ctx.db.run(deleteOldJobs(ctx.clock.now() - KEPT))

async function doJob(given: AppContext, job: Job, ending: AbortSignal | undefined): Promise<void> {
  const run = await takeJob(given, job)
  if (!run) return
  const ctx: AppContext = { ...given, actor: { type: job.actorType, id: job.actorId, name: job.actorName } }
  try {
    for (let hasMore = true; hasMore; hasMore = await WORK[job.type](ctx, run)) {
      if (ending?.aborted) return void (await ctx.db.run(letGoOfJob({ id: job.id, holder: run.holder })))
    }
  } catch (error) {
    const isHopeless = job.createdAt + GIVEN_UP <= ctx.clock.now()
    if (!(error instanceof DomainError || isHopeless)) throw error
    const problem = error instanceof DomainError ? error.message : 'It failed again and again; start it anew.'
    return finish(ctx, run, { status: 'failed', problem })
  }
  await finish(ctx, run, { status: 'completed', problem: null })
}

async function finish(
  ctx: AppContext,
  { job, holder }: JobRun,
  { status, problem }: { status: 'completed' | 'failed'; problem: string | null },
): Promise<void> {
  const { id, type, connectionId } = job
  const at = ctx.clock.now()
  const tells = type === 'users_import' && job.task.send_completion_email
  await ctx.db.atomically([
    must(finishJob({ id, holder }, { status, problem, at }), () => new JobLost()),
    also(
      auditEvent(
        ctx,
        'job.finished',
        { type: 'job', id, name: type },
        { connectionId: connectionId ?? undefined, details: { type, status } },
      ),
    ),
    ...(tells ? await tellingSteps(ctx, id) : []),
  ])
  ctx.metrics.jobs.inc({ type, status })
}

async function tellingSteps(ctx: AppContext, jobId: string): Promise<Step[]> {
  const job = await findJob(ctx.db, jobId)
  if (!job) return []
  return memberMailSteps(ctx, (person) => importDoneMail(ctx, { ...job, ...person }))
}

async function mailVerification(ctx: AppContext, { job }: JobRun): Promise<boolean> {
  const user = await findEndUser(ctx.db, job.task.user_id ?? '')
  if (!user) throw new DomainError('not_found', 'The user does not exist any more.')
  const { client_id: clientId } = job.task
  if (!user.emailVerified)
    await ctx.db.atomically(await verificationSteps(ctx, user, { page: '/account/verify-email', clientId }))
  return false
}
