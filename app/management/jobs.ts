import { z } from 'zod'
import type { AppContext, MachineEndpoint } from '~/context'
import { startExport, startImport, startVerificationMail } from '~/domain/jobs/create-job'
import { openJobFile, signedFileQuery } from '~/domain/jobs/job-file'
import { cancelJob } from '~/domain/jobs/run-jobs'
import { readOwnJson } from '~/platform/json'
import { findClient } from '~db/queries/clients'
import { type Connection, findConnection } from '~db/queries/connections'
import { countRefusedParts, findJob, type Job, listJobParts } from '~db/queries/jobs'
import { type Access, requireScope } from './access'
import { endpoint } from './endpoint'
import { ManagementError, refusalAnswer } from './errors'
import { isoTime, withoutUnset } from './fields'
import { requireUser } from './users'
import { readJsonText } from './validation'

const tag = 'Jobs'
const params = z.object({ id: z.string() })

/** Of the file; the form around it may take a little more. */
const MOST_BYTES = 500 * 1024
/** Some thousands of people, each with some members. */
const MOST_VALUES = 100_000
const FORM_BYTES = MOST_BYTES + 64 * 1024
/** Each is a row that waits, and one that may be refused and told. */
const MOST_ROWS = 5_000
const MOST_TOLD = 1_000

const job = z.object({
  id: z.string(),
  type: z.enum(['verification_email', 'users_import', 'users_export', 'connection_deletion']),
  status: z.enum(['pending', 'processing', 'completed', 'failed']),
  status_details: z.string().optional().describe('Why it failed.'),
  created_at: z.string(),
  connection_id: z.string().optional(),
  external_id: z.string().optional(),
  format: z.enum(['json', 'csv']).optional(),
  limit: z.int().optional(),
  fields: z.array(z.object({ name: z.string(), export_as: z.string().optional() })).optional(),
  percentage_done: z.int().optional(),
  location: z
    .string()
    .optional()
    .describe(
      'Where the file is, for ten minutes and as long as the program may read users; asked for anew, it is told anew.',
    ),
  summary: z
    .object({ failed: z.int(), updated: z.int(), inserted: z.int(), total: z.int() })
    .optional()
    .describe('What an import came to.'),
})

const exportField = z.strictObject({
  name: z
    .string()
    .max(300)
    .regex(/^[a-z_]+(\[\d{1,2}\])?(\.[\w -]{1,100}){0,5}$/i, 'Name a member of the profile, as in user_metadata.plan')
    .describe('As in `email`, `user_metadata.plan`, `identities[0].connection`.'),
  export_as: z.string().min(1).max(100).optional(),
})

const importForm = z.strictObject({
  users: z
    .file()
    .max(MOST_BYTES)
    .describe('A JSON array of users, in Auth0’s schema for imports; at most 500 KB and 5,000 users.'),
  connection_id: z.string().describe('A database connection.'),
  upsert: z.boolean().optional().describe('Whether users that there are already are changed; else they are refused.'),
  external_id: z.string().max(300).optional(),
  send_completion_email: z.boolean().optional().describe('Whether the owners are told by mail: true, if left out.'),
})

function serialize(ctx: AppContext, row: Job, access: Access): z.input<typeof job> {
  const { task } = row
  const hasFile = row.type === 'users_export' && row.status === 'completed' && access.scope.has('read:users')
  const isOver = row.finishedAt !== null
  return withoutUnset({
    id: row.id,
    type: row.type,
    status: row.status,
    status_details: row.problem ?? undefined,
    created_at: isoTime(row.createdAt),
    connection_id: row.connectionId ?? undefined,
    external_id: row.externalId ?? undefined,
    format: task.format,
    limit: task.limit,
    fields: task.fields,
    percentage_done: row.total ? Math.floor((100 * row.done) / row.total) : undefined,
    location: hasFile
      ? `${ctx.config.issuer}api/v2/jobs/${row.id}/file?${signedFileQuery(ctx, row, access.client)}`
      : undefined,
    summary:
      row.type === 'users_import' && isOver
        ? { failed: row.failed, updated: row.updated, inserted: row.inserted, total: row.total ?? 0 }
        : undefined,
  }) as z.input<typeof job>
}

/** Whoever may begin a job may cancel it. */
const SCOPE_OF = {
  users_import: 'create:users',
  users_export: 'read:users',
  verification_email: 'update:users',
} as const

const invalid = (text: string, property: string) =>
  new ManagementError(400, 'invalid_body', `Payload validation error: '${text}' on property ${property}.`)

async function requireConnection({ db }: AppContext, id: string): Promise<Connection> {
  const found = await findConnection(db, id)
  if (found && found.area === null) return found
  throw new ManagementError(404, 'inexistent_connection', 'The connection does not exist.')
}

async function requireJob({ db }: AppContext, id: string): Promise<Job> {
  const found = await findJob(db, id)
  if (found) return found
  throw new ManagementError(404, 'inexistent_job', 'The job does not exist.')
}

async function readRows(users: File): Promise<object[]> {
  const rows = readJsonText(await users.text(), MOST_VALUES)
  if (!Array.isArray(rows)) throw invalid('Expected type array', 'users')
  if (rows.length === 0) throw invalid('There is nobody in the file', 'users')
  if (rows.length > MOST_ROWS)
    throw invalid(`There are ${rows.length} users in the file: send at most ${MOST_ROWS} at once`, 'users')
  const isObject = (row: unknown) => typeof row === 'object' && row !== null && !Array.isArray(row)
  if (!rows.every(isObject)) throw invalid('Expected an array of objects', 'users')
  return rows as object[]
}

const moreRows = (count: number) => ({
  user: {},
  errors: [
    {
      code: 'MORE_ROWS',
      message: `Refused rows that are left out: ${count}. Mend what is told, and import the file again.`,
    },
  ],
})

export const jobEndpoints = [
  endpoint({
    method: 'POST',
    path: '/api/v2/jobs/verification-email',
    summary: 'Mail the link that confirms an address once more',
    tag,
    scopes: ['update:users'],
    body: z.strictObject({
      user_id: z.string(),
      client_id: z.string().optional().describe('The app to whose sign-in the user is offered to go on.'),
    }),
    answer: job,
    status: 201,
    async run(ctx, { body, access }) {
      const user = await requireUser(ctx, body.user_id)
      if (body.client_id !== undefined && !(await findClient(ctx.db, body.client_id)))
        throw new ManagementError(404, 'inexistent_client', 'The client does not exist')
      return serialize(ctx, await startVerificationMail(ctx, user, { clientId: body.client_id }), access)
    },
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/jobs/users-imports',
    summary: 'Import users from a file',
    tag,
    scopes: ['create:users'],
    body: importForm,
    bodyType: 'multipart/form-data',
    bodyLimit: FORM_BYTES,
    answer: job,
    status: 202,
    async run(ctx, { body, access }) {
      if (body.upsert) requireScope(access, 'update:users')
      const connection = await requireConnection(ctx, body.connection_id)
      if (connection.strategy !== 'auth0')
        throw invalid('Users are imported into database connections', 'connection_id')
      const made = await startImport(ctx, connection, await readRows(body.users), {
        upsert: body.upsert ?? false,
        sendsCompletionMail: body.send_completion_email ?? true,
        externalId: body.external_id,
      })
      return serialize(ctx, made, access)
    },
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/jobs/users-exports',
    summary: 'Export users to a file',
    tag,
    scopes: ['read:users'],
    body: z.strictObject({
      connection_id: z.string().optional(),
      format: z.enum(['json', 'csv']).optional().describe('JSON, an object a line, if left out.'),
      limit: z.int().min(1).optional(),
      fields: z.array(exportField).min(1).max(100).optional(),
    }),
    answer: job,
    status: 201,
    async run(ctx, { body, access }) {
      const connection = body.connection_id === undefined ? undefined : await requireConnection(ctx, body.connection_id)
      const task = { format: body.format ?? ('json' as const), limit: body.limit, fields: body.fields }
      return serialize(ctx, await startExport(ctx, connection, task), access)
    },
  }),
  endpoint({
    method: 'GET',
    path: '/api/v2/jobs/{id}',
    summary: 'Get a job',
    tag,
    scopes: ['create:users', 'read:users', 'update:users'],
    params,
    answer: job,
    run: async (ctx, { params: { id }, access }) => serialize(ctx, await requireJob(ctx, id), access),
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/jobs/{id}/cancel',
    summary: 'Cancel an import, an export or a mail that is not finished',
    tag,
    scopes: ['create:users', 'read:users', 'update:users'],
    params,
    answer: job,
    async run(ctx, { params: { id }, access }) {
      const found = await requireJob(ctx, id)
      if (found.type === 'connection_deletion')
        throw new ManagementError(
          403,
          'operation_not_supported',
          'A connection that is being deleted is closed already.',
        )
      requireScope(access, SCOPE_OF[found.type])
      return serialize(ctx, await cancelJob(ctx, found), access)
    },
  }),
  endpoint({
    method: 'GET',
    path: '/api/v2/jobs/{id}/errors',
    summary: 'Get the first thousand rows that an import has refused, and why; the last entry tells how many more',
    tag,
    scopes: ['create:users', 'read:users'],
    params,
    answer: z.array(
      z.object({
        user: z.record(z.string(), z.unknown()),
        errors: z.array(z.object({ code: z.string(), message: z.string(), path: z.string().optional() })),
      }),
    ),
    async run(ctx, { params: { id } }) {
      const { id: jobId } = await requireJob(ctx, id)
      const refused = await listJobParts(ctx.db, jobId, { state: 'refused', after: -1, limit: MOST_TOLD })
      const told = refused.map(({ content, errors }) => ({
        user: readOwnJson(content) as Record<string, unknown>,
        errors,
      }))
      const more = refused.length < MOST_TOLD ? 0 : (await countRefusedParts(ctx.db, jobId)) - refused.length
      return more > 0 ? [...told, moreRows(more)] : told
    },
  }),
]

/** The file of an export: its address is the secret, and tells nobody else. */
export const jobFileEndpoint: MachineEndpoint = {
  method: 'GET',
  path: '/api/v2/jobs/:id/file',
  interactive: false,
  async run(ctx, { params: { id = '' }, queryString }) {
    const query = new URLSearchParams(queryString)
    const of = (name: string) => query.get(name) ?? ''
    const given = { by: of('by'), expires: of('expires'), signature: of('signature') }
    const file = await openJobFile(ctx, id, given)
    if (!file) return refusalAnswer(new ManagementError(404, undefined, 'Not Found'))
    return {
      status: 200,
      headers: {
        'content-type': 'application/gzip',
        'content-disposition': `attachment; filename="${file.name}"`,
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
      },
      body: file.body,
    }
  },
}
