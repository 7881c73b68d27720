import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { newTotp } from '~/domain/authenticators/manage-second-factor'
import { createDatabaseUser, type NewUser } from '~/domain/users/create-database-user'
import { updateUser } from '~/domain/users/update-user'
import { normalizeLogin } from '~/domain/users/user-fields'
import { DomainError } from '~/platform/errors'
import { readOwnJson } from '~/platform/json'
import { also, must } from '~db/database'
import { type Connection, findConnection } from '~db/queries/connections'
import { deleteWaitingPart, type JobPart, listJobParts, type RowError, refuseWaitingPart } from '~db/queries/jobs'
import {
  findUserByIdentity,
  findUserByLogin,
  type Identity,
  setPasswordHash,
  type User,
  updateIdentity,
} from '~db/queries/users'
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
  const read = readImportedUser(readOwnJson(part.content))
  if (read.errors) return refuseRow(ctx, run, part, read.errors)
  try {
    const known = await findKnown(ctx, connection, read.user)
    if (known && run.job.task.upsert) await changeUser(ctx, run, part, known, read)
    else await makeUser(ctx, run, connection, part, read)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return refuseRow(ctx, run, part, [toRowError(error)])
  }
}

async function findKnown({ db }: AppContext, { id }: Connection, { email, providerUserId }: NewUser) {
  const byId =
    providerUserId === undefined ? undefined : await findUserByIdentity(db, id, { issuer: null, providerUserId })
  return byId ?? (await findUserByLogin(db, [id], normalizeLogin(email)))
}

type Row = { user: NewUser; totpSecret: string | undefined }

async function makeUser(
  ctx: AppContext,
  run: JobRun,
  connection: Connection,
  part: JobPart,
  given: Row,
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

type Known = { user: User; identity: Identity }

/**
 * Changes whom a row is about. What it says of the person goes to the identity that it names, which may be one that was
 * linked to another. A row that confirms an address which nobody had proved replaces whoever signed up with it: by its
 * own password and second factor, or none. Those of everybody else stay, and the row is told so.
 */
async function changeUser(
  ctx: AppContext,
  run: JobRun,
  part: JobPart,
  { user, identity }: Known,
  { user: given, totpSecret: secret }: Row,
): Promise<void> {
  const { nickname, givenName, familyName, picture, userMetadata, appMetadata, isBlocked, emailVerified } = given
  const name = given.name === given.email ? undefined : given.name
  const profile = definedOf({ name, nickname, givenName, familyName, picture, emailVerified })
  const ofAccount = definedOf({ userMetadata, appMetadata, isBlocked })
  const isMain = identity.profile === null
  const isFirstProof = isMain && emailVerified === true && !user.emailVerified
  const { passwordHash } = given
  const credentials = isFirstProof
    ? [
        ...(passwordHash === undefined ? [] : [also(setPasswordHash(identity.id, passwordHash))]),
        ...(secret === undefined ? [] : (await newTotp(ctx, user, { secret })).steps),
      ]
    : []
  const ignored = isFirstProof ? [] : ignoredOf({ passwordHash, secret })
  await updateUser(ctx, user, isMain ? { ...profile, ...ofAccount } : ofAccount, {
    along: [
      ...credentials,
      ...(identity.profile
        ? [also(updateIdentity(identity.id, { profile: { ...identity.profile, ...profile } }))]
        : []),
      run.progress({ done: 1, updated: 1 }),
      ignored.length === 0
        ? must(deleteWaitingPart(part), () => new JobLost())
        : must(refuseWaitingPart(part, { content: toldOf(part), errors: ignored }), () => new JobLost()),
    ],
  })
}

/** What a row says of somebody who has proved who they are, and is not taken. */
const ignoredOf = ({ passwordHash, secret }: { passwordHash?: string; secret?: string }): RowError[] =>
  [
    { path: 'password_hash', is: passwordHash },
    { path: 'mfa_factors', is: secret },
  ]
    .filter(({ is }) => is !== undefined)
    .map(({ path }) => ({
      code: 'NOT_UPDATED',
      message: 'The user was updated, and keeps the password and the second factor that they have.',
      path,
    }))

const definedOf = <Given extends object>(given: Given) =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<Given>

function refuseRow(ctx: AppContext, run: JobRun, part: JobPart, errors: RowError[]): Promise<void> {
  return ctx.db.atomically([
    run.progress({ done: 1, failed: 1 }),
    must(refuseWaitingPart(part, { content: toldOf(part), errors: someOf(errors) }), () => new JobLost()),
  ])
}

const MOST_ERRORS = 5
const MOST_CHARACTERS = 300

/** One short row may have many mistakes, and one mistake a long text. */
function someOf(errors: RowError[]): RowError[] {
  const some = errors.slice(0, MOST_ERRORS).map(({ message, path, ...error }) => ({
    ...error,
    message: message.slice(0, MOST_CHARACTERS),
    ...(path === undefined ? {} : { path: path.slice(0, MOST_CHARACTERS) }),
  }))
  const more = errors.length - some.length
  if (more === 0) return some
  return [
    ...some,
    { code: 'MORE_ERRORS', message: `Mistakes of this row that are left out: ${more}. Mend these first.` },
  ]
}

const toldOf = ({ content }: JobPart): string => JSON.stringify(withoutSecrets(readOwnJson(content)))

const toRowError = ({ code, message, options: { field } }: DomainError): RowError => ({
  code: code === 'email_taken' ? 'DUPLICATED_USER' : 'INVALID_FORMAT',
  message: code === 'email_taken' ? 'The user already exists.' : message,
  ...(field ? { path: field } : {}),
})
