import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { AppContext } from '~/context'
import { csvCell } from '~/platform/csv'
import { DomainError } from '~/platform/errors'
import { also } from '~db/database'
import { findConnection } from '~db/queries/connections'
import { findJob, insertJobParts, type Job } from '~db/queries/jobs'
import { countFoundUsers, listIdentitiesOf, listUserSlice, type NamedIdentity } from '~db/queries/user-search'
import type { User } from '~db/queries/users'
import type { JobRun } from './job-run'

const AT_ONCE = 500

const compress = promisify(gzip)

/** What an export has of a person unless it says what it wants. */
const USUAL_FIELDS = [
  'user_id',
  'email',
  'email_verified',
  'name',
  'nickname',
  'given_name',
  'family_name',
  'picture',
  'created_at',
  'updated_at',
]

/**
 * Writes some people to the file: a piece of it, compressed by itself, as pieces that stand behind each other are one
 * file (RFC 1952 §2.2).
 * @returns whether there are more people
 */
export async function exportSome(ctx: AppContext, run: JobRun): Promise<boolean> {
  const job = (await findJob(ctx.db, run.job.id)) ?? run.job
  const { limit: most = Number.MAX_SAFE_INTEGER, format = 'json' } = job.task
  const filter = { connection: await connectionName(ctx, job) }
  const total = job.total ?? Math.min(await countFoundUsers(ctx.db, filter), most)
  const limit = Math.min(AT_ONCE, most - job.done)
  const after = job.exportedUntil === null ? undefined : [job.exportedUntil, job.exportedUntilId ?? '']
  const sort = { by: 'createdAt', direction: 'ascending' } as const
  const users = limit > 0 ? await listUserSlice(ctx.db, filter, sort, { after, skip: 0, limit }) : []
  const identities = await listIdentitiesOf(
    ctx.db,
    users.map(({ userId }) => userId),
  )
  const isFirst = job.exportedUntil === null
  const lines = users.map((user) =>
    lineOf(
      job,
      user,
      identities.filter(({ identity }) => identity.userId === user.userId),
    ),
  )
  const text = `${isFirst && format === 'csv' ? headOf(job) : ''}${lines.join('')}`
  const last = users.at(-1)
  const piece = {
    jobId: job.id,
    position: job.done,
    state: 'written' as const,
    content: (await compress(text)).toString('base64'),
    errors: [],
  }
  await ctx.db.atomically([
    run.progress({
      total,
      done: users.length,
      ...(last ? { exportedUntil: last.createdAt, exportedUntilId: last.userId } : {}),
    }),
    ...(isFirst || last ? insertJobParts([piece]).map(also) : []),
  ])
  return users.length === AT_ONCE && users.length < most - job.done
}

async function connectionName({ db }: AppContext, { connectionId }: Job): Promise<string | undefined> {
  if (connectionId === null) return undefined
  const connection = await findConnection(db, connectionId)
  if (!connection) throw new DomainError('not_found', 'The connection does not exist any more.')
  return connection.name
}

type Column = { title: string; name: string }

const columnsOf = ({ task }: Job): Column[] =>
  (task.fields ?? USUAL_FIELDS.map((name) => ({ name, export_as: undefined }))).map(({ name, export_as: title }) => ({
    name,
    title: title ?? name,
  }))

const headOf = (job: Job): string =>
  `${columnsOf(job)
    .map(({ title }) => csvCell(title))
    .join(',')}\r\n`

function lineOf(job: Job, user: User, identities: NamedIdentity[]): string {
  const told = profileOf(user, identities)
  const values = columnsOf(job).map(({ title, name }) => [title, valueAt(told, name)] as const)
  if (job.task.format === 'csv') return `${values.map(([, value]) => csvCell(value)).join(',')}\r\n`
  return `${JSON.stringify(Object.fromEntries(values.filter(([, value]) => value !== undefined)))}\n`
}

/** As in `user_metadata.plan`, `identities[0].connection`. */
function valueAt(told: object, path: string): unknown {
  let value: unknown = told
  for (const name of path.split(/[.[\]]+/).filter(Boolean)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Record<string, unknown>)[name]
  }
  return value ?? undefined
}

const time = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())

const profileOf = (user: User, identities: NamedIdentity[]) => ({
  user_id: user.userId,
  email: user.email,
  email_verified: user.emailVerified,
  name: user.name,
  nickname: user.nickname,
  given_name: user.givenName,
  family_name: user.familyName,
  picture: user.picture,
  created_at: time(user.createdAt),
  updated_at: time(user.updatedAt),
  last_login: time(user.lastLoginAt),
  last_ip: user.lastIp,
  logins_count: user.loginsCount,
  blocked: user.blockedAt !== null,
  user_metadata: user.userMetadata,
  app_metadata: user.appMetadata,
  identities: identities.map(({ identity, connection }) => ({
    connection,
    provider: identity.provider,
    user_id: identity.providerUserId,
  })),
})
