import { z } from 'zod'
import type { AppContext } from '~/context'
import { logEntries } from '~/domain/audit/log-entry'
import { settledBefore } from '~/domain/audit/settled'
import {
  type AuditSearch,
  countFoundAuditEvents,
  findAuditEvent,
  listAuditEventsAfter,
  listFoundAuditEvents,
} from '~db/queries/audit'
import { listConnections } from '~db/queries/connections'
import { AnswerWithHeaders, endpoint } from './endpoint'
import { ManagementError } from './errors'
import { type FieldChoice, fieldsQuery, pickFields } from './fields'
import { type LogSearch, readLogSearch } from './log-search'

const tag = 'Logs'
const scopes = ['read:logs', 'read:logs_users']

const PAGE = 50
const MAX_PAGE = 100
/** A search shows so many; a program that wants all goes on by `from`. */
const REACH = 1000
/** Totals are counted so far. */
const MOST = 10_000

const logEntry = z.object({
  _id: z.string(),
  log_id: z.string(),
  date: z.string(),
  type: z.string().describe("Auth0's code, or the name of an action that Auth0 has no code for."),
  description: z.string(),
  hostname: z.string(),
  isMobile: z.boolean(),
  connection: z.string().optional(),
  connection_id: z.string().optional(),
  client_id: z.string().optional(),
  client_name: z.string().optional(),
  user_id: z.string().optional(),
  user_name: z.string().optional(),
  ip: z.string().optional(),
  user_agent: z.string().optional(),
  audience: z.string().optional(),
  scope: z.string().optional(),
  details: z.record(z.string(), z.unknown()),
})

const pages = {
  ...fieldsQuery,
  page: z.int().min(0).max(REACH).optional(),
  per_page: z.int().min(0).max(MAX_PAGE).optional(),
  sort: z.enum(['date:-1', 'date:1']).optional(),
  include_totals: z.boolean().optional(),
}

const listAnswer = z.union([
  z.array(logEntry.partial()),
  z.object({
    start: z.int(),
    limit: z.int(),
    length: z.int(),
    total: z.int().describe(`Counted up to ${MOST}.`),
    logs: z.array(logEntry.partial()),
  }),
])

type Pages = z.output<z.ZodObject<typeof pages>>

/** One page of what a search finds, the newest first unless asked otherwise. */
async function searchPage(ctx: AppContext, search: AuditSearch, paging: Pages) {
  const { page = 0, per_page: limit = PAGE, sort = 'date:-1', include_totals } = paging
  const start = page * limit
  if (start + limit > REACH) {
    const text = `A search shows the first ${REACH} events; narrow it, or read on with from and take`
    throw new ManagementError(400, 'invalid_query_string', `Query validation error: '${text}' on property page.`)
  }
  const order = sort === 'date:1' ? ('oldest-first' as const) : ('newest-first' as const)
  const logs = await entries(ctx, await listFoundAuditEvents(ctx.db, search, { order, skip: start, limit }), paging)
  if (!include_totals) return logs
  return { start, limit, length: logs.length, total: await countFoundAuditEvents(ctx.db, search, MOST), logs }
}

/** What came after an event, in the order in which it happened; `Link` leads on, also from the end. */
async function checkpointPage(ctx: AppContext, from: string, take: number) {
  const events = await listAuditEventsAfter(ctx.db, { after: from, before: settledBefore(ctx), limit: take })
  const next = new URLSearchParams({ from: events.at(-1)?.id ?? from, take: String(take) })
  const link = `<${ctx.config.issuer}api/v2/logs?${next}>; rel="next"`
  return new AnswerWithHeaders(await entries(ctx, events), { link })
}

const entries = async (ctx: AppContext, events: Parameters<typeof logEntries>[1], choice: FieldChoice = {}) =>
  (await logEntries(ctx, events)).map((entry) => pickFields(entry, choice, ['_id']))

async function auditSearchOf(ctx: AppContext, search: LogSearch): Promise<AuditSearch> {
  const { type, client_id: clientId, user_id: userId, ip, log_id: id, from, before } = search
  const connectionId = await connectionIds(ctx, search)
  const given = { type, clientId, userId, connectionId, ip, id, from, before }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

async function connectionIds({ db }: AppContext, { connection, connection_id }: LogSearch) {
  if (!connection) return connection_id
  const named = (await listConnections(db, {})).filter(({ name }) => connection.includes(name)).map(({ id }) => id)
  return connection_id ? named.filter((id) => connection_id.includes(id)) : named
}

export const logEndpoints = [
  endpoint({
    method: 'GET',
    path: '/api/v2/logs',
    summary: 'Search the log, or read on from an event',
    tag,
    scopes,
    query: z.object({
      ...pages,
      q: z.string().optional().describe('type, client_id, user_id, connection, connection_id, ip, log_id, date.'),
      from: z
        .string()
        .regex(/^[0-9a-f]{0,64}$/, 'Use the log_id of an event')
        .optional()
        .describe('What came after this event, the oldest first; all but `take` is ignored.'),
      take: z.int().min(1).max(MAX_PAGE).optional(),
    }),
    answer: listAnswer,
    async run(ctx, { query: { q, from, take, ...paging } }) {
      if (from !== undefined || take !== undefined) return checkpointPage(ctx, from ?? '', take ?? PAGE)
      return searchPage(ctx, await auditSearchOf(ctx, readLogSearch(q ?? '')), paging)
    },
  }),
  endpoint({
    method: 'GET',
    path: '/api/v2/logs/{id}',
    summary: 'Get a log event',
    tag,
    scopes,
    params: z.object({ id: z.string() }),
    answer: logEntry,
    async run(ctx, { params: { id } }) {
      const event = await findAuditEvent(ctx.db, id)
      const [entry] = event ? await logEntries(ctx, [event]) : []
      if (!entry) throw new ManagementError(404, 'log_not_found', 'The log event does not exist')
      return entry
    },
  }),
  endpoint({
    method: 'GET',
    path: '/api/v2/users/{id}/logs',
    summary: "Get a user's log events",
    tag,
    scopes,
    params: z.object({ id: z.string() }),
    query: z.object(pages),
    answer: listAnswer,
    run: (ctx, { params: { id }, query }) => searchPage(ctx, { userId: [id] }, query),
  }),
]
