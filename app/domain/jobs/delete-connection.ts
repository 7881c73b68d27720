import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { endAccessSteps } from '~/domain/connections/save-connection'
import { deleteAccountSteps } from '~/domain/identities/delete-account'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import { type Connection, deleteClosedConnection, disableConnection, updateConnection } from '~db/queries/connections'
import { insertJob } from '~db/queries/jobs'
import { deleteLinkedIdentities, listPeopleOfConnection } from '~db/queries/users'
import { newJob } from './create-job'
import type { JobRun } from './job-run'

/** So many people are deleted in one transaction: others have their turn in between. */
const AT_ONCE = 100

/**
 * Closes a connection: nobody signs in there any more, its sessions end, and it and its people stand in no list. A job
 * deletes the people whose main identity it has, with all that is theirs, and at last the connection. Accounts that an
 * identity of it was linked to lose that one way to sign in.
 * @throws DomainError `not_found` when it was deleted meanwhile
 */
export async function deleteConnection(ctx: AppContext, { id, name, strategy }: Connection): Promise<void> {
  const target = { type: 'connection', id, name } as const
  const now = ctx.clock.now()
  // Another connection may have the name from now on.
  const closed = { area: 'closed', name: id, isActive: false, isDomainConnection: false, updatedAt: now } as const
  await ctx.db.atomically([
    must(updateConnection(id, closed), () => new DomainError('not_found', 'The connection does not exist')),
    also(disableConnection(id)),
    ...endAccessSteps(id, now),
    also(insertJob(newJob(ctx, { type: 'connection_deletion', task: {}, connectionId: id }))),
    also(auditEvent(ctx, 'connection.deleted', target, { connectionId: id, details: { strategy } })),
  ])
}

/** Deletes some more of what a closed connection holds, and it itself when nothing is left. */
export async function deleteSomeOfConnection(ctx: AppContext, { job, progress }: JobRun): Promise<boolean> {
  const connectionId = job.connectionId ?? ''
  const people = await listPeopleOfConnection(ctx.db, connectionId, AT_ONCE)
  if (people.length > 0) {
    const steps = await Promise.all(people.map((user) => deleteAccountSteps(ctx, user)))
    await ctx.db.atomically([progress({ done: people.length }), ...steps.flat()]).catch((error) => {
      const isGoneAlready = error instanceof DomainError && error.code === 'not_found'
      if (!isGoneAlready) throw error
    })
    return true
  }
  if ((await ctx.db.run(deleteLinkedIdentities(connectionId, AT_ONCE))) > 0) return true
  await ctx.db.run(deleteClosedConnection(connectionId))
  return false
}
