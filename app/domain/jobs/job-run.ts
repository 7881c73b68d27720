import type { AppContext } from '~/context'
import { MINUTE } from '~/platform/durations'
import { newNonce } from '~/platform/secrets'
import { must, type Step } from '~db/database'
import { holdJob, type Job, type JobProgress, noteProgress } from '~db/queries/jobs'

/** For so long nobody else may take a job up after its last part was done: a node that died is missed by then. */
const LEASE = 1 * MINUTE

/** The run does not hold the job any more: another one goes on with it. */
export class JobLost extends Error {}

/** A run that works at a job. Whatever it does, it does in a transaction in which it still holds the job. */
export type JobRun = {
  job: Job
  holder: string
  /** Notes a part that is done. The step throws JobLost when another run has the job. */
  progress(change: JobProgress): Step
}

/** Takes a job up; `undefined` when another run has it. */
export async function takeJob(ctx: Pick<AppContext, 'db' | 'clock'>, job: Job): Promise<JobRun | undefined> {
  const holder = newNonce()
  const now = ctx.clock.now()
  if ((await ctx.db.run(holdJob(job.id, holder, now, now + LEASE))) === 0) return undefined
  return {
    job,
    holder,
    progress: (change) =>
      must(noteProgress({ id: job.id, holder }, change, ctx.clock.now() + LEASE), () => new JobLost()),
  }
}
