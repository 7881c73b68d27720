import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { newTotp } from '~/domain/authenticators/manage-second-factor'
import { createDatabaseUser, type NewUser } from '~/domain/users/create-database-user'
import { updateUser } from '~/domain/users/update-user'
import { normalizeLogin } from '~/domain/users/user-fields'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import { type Connection, findConnection } from '~db/queries/connections'
import { deleteWaitingPart, type JobPart, listJobParts, type RowError, refuseWaitingPart } from '~db/queries/jobs'
import { findUserByIdentity, findUserByLogin, type User } from '~db/queries/users'
import { readImportedUser, withoutSecrets } from './imported-user'
import { JobLost, type JobRun } from './job-run'

const AT_ONCE = 25

/** Imports some of the people who wait. @returns whether more of them wait */
export async function importSome(ctx: AppContext, run: JobRun): Promise<boolean> {
  const connection = run.job.connectionId ? await findConnection(ctx.db, run.job.connectionId) : undefined
  if (!connection) throw new DomainError('not_found', 'The connection does not exist any more.')
  const parts = await listJobParts(ctx.db, run.job.id, { state: 'waiting', after: -1, limit: AT_ONCE })
  // One after the other: of two rows for one person the later one changes what the earlier one made.
  for (const part of parts) await importRow(ctx, run, connection, part)
  return parts.length === AT_ONCE
}

/** Imports one person and strikes the row out in the same transaction, so that a run that goes on skips nobody. */
async function importRow(ctx: AppContext, run: JobRun, connection: Connection, part: JobPart): Promise<void> {
  const content: unknown = JSON.parse(part.content)
  const read = readImportedUser(content)
  if (read.errors) return refuseRow(ctx, run, part, content, read.errors)
  try {
    const known = await findKnown(ctx, connection, read.user)
    if (known && run.job.task.upsert) await changeUser(ctx, run, part, known, read.user)
    else await makeUser(ctx, run, connection, part, read)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return refuseRow(ctx, run, part, content, [toRowError(error)])
  }
}

async function findKnown({ db }: AppContext, { id }: Connection, { email, providerUserId }: NewUser) {
  const byId = providerUserId === undefined ? undefined : await findUserByIdentity(db, id, providerUserId)
  return (byId ?? (await findUserByLogin(db, [id], normalizeLogin(email))))?.user
}

async function makeUser(
  ctx: AppContext,
  run: JobRun,
  connection: Connection,
  part: JobPart,
  given: { user: NewUser; totpSecret: string | undefined },
): Promise<void> {
  const { user, steps } = await createDatabaseUser(ctx, connection, given.user)
  const { totpSecret: secret } = given
  const totp = secret === undefined ? undefined : await newTotp(ctx, user, { secret })
  const target = asUser(user)
  const subjects = { userId: user.userId, connectionId: connection.id, details: { job: run.job.id } }
  await ctx.db.atomically([
    run.progress({ done: 1, inserted: 1 }),
    must(deleteWaitingPart(part), () => new JobLost()),
    ...steps,
    ...(totp?.steps ?? []),
    also(auditEvent(ctx, 'user.created', target, subjects)),
  ])
}

/** A change that is made twice, as a run died between the two, is the same change. The password stays. */
async function changeUser(ctx: AppContext, run: JobRun, part: JobPart, known: User, given: NewUser): Promise<void> {
  const { nickname, givenName, familyName, picture, userMetadata, appMetadata, isBlocked, emailVerified } = given
  const name = given.name === given.email ? undefined : given.name
  const said = { name, nickname, givenName, familyName, picture, userMetadata, appMetadata, isBlocked, emailVerified }
  await updateUser(ctx, known, Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)))
  await ctx.db.atomically([run.progress({ done: 1, updated: 1 }), must(deleteWaitingPart(part), () => new JobLost())])
}

function refuseRow(ctx: AppContext, run: JobRun, part: JobPart, content: unknown, errors: RowError[]): Promise<void> {
  const told = JSON.stringify(withoutSecrets(content))
  return ctx.db.atomically([
    run.progress({ done: 1, failed: 1 }),
    must(refuseWaitingPart(part, { content: told, errors }), () => new JobLost()),
  ])
}

const toRowError = ({ code, message, options: { field } }: DomainError): RowError => ({
  code: code === 'email_taken' ? 'DUPLICATED_USER' : 'INVALID_FORMAT',
  message: code === 'email_taken' ? 'The user already exists.' : message,
  ...(field ? { path: field } : {}),
})
