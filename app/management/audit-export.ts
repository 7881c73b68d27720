/** An extension: the whole audit log, as long as it may be, without anybody holding it in memory. */
import { Readable } from 'node:stream'
import { z } from 'zod'
import type { AppContext } from '~/context'
import { recordExport } from '~/domain/audit/record-export'
import { settledBefore } from '~/domain/audit/settled'
import { csvCell } from '~/platform/csv'
import { DAY } from '~/platform/durations'
import { firstIdAt } from '~/platform/ids'
import { type AuditEvent, listAuditEventsAfter } from '~db/queries/audit'
import { endpoint, RawAnswer } from './endpoint'
import { ManagementError } from './errors'

const PAGE = 500

/** What is told of an event, in the order of the columns. */
const COLUMNS: [name: string, value: (event: AuditEvent) => unknown][] = [
  ['id', ({ id }) => id],
  ['at', ({ at }) => new Date(at).toISOString()],
  ['action', ({ action }) => action],
  ['type', ({ type }) => type],
  ['actor_type', ({ actorType }) => actorType],
  ['actor_id', ({ actorId }) => actorId],
  ['actor_name', ({ actorName }) => actorName],
  ['target_type', ({ targetType }) => targetType],
  ['target_id', ({ targetId }) => targetId],
  ['target_name', ({ targetName }) => targetName],
  ['client_id', ({ clientId }) => clientId],
  ['user_id', ({ userId }) => userId],
  ['partner_id', ({ partnerId }) => partnerId],
  ['connection_id', ({ connectionId }) => connectionId],
  ['ip', ({ ip }) => ip],
  ['user_agent', ({ userAgent }) => userAgent],
  ['request_id', ({ requestId }) => requestId],
  ['details', ({ details }) => details],
]

const FORMATS = {
  ndjson: {
    type: 'application/x-ndjson; charset=utf-8',
    head: '',
    line: (event: AuditEvent) =>
      `${JSON.stringify(Object.fromEntries(COLUMNS.map(([name, value]) => [name, value(event)])))}\n`,
  },
  csv: {
    type: 'text/csv; charset=utf-8; header=present',
    head: `${COLUMNS.map(([name]) => name).join(',')}\r\n`,
    line: (event: AuditEvent) => `${COLUMNS.map(([, value]) => csvCell(value(event))).join(',')}\r\n`,
  },
}

type Bounds = { after: string; before: string }

/** Events page by page; the next page is read when the one before was taken. */
async function* pagesOf(ctx: AppContext, { after, before }: Bounds, { head, line }: (typeof FORMATS)['ndjson']) {
  if (head) yield head
  for (let position = after; ; ) {
    const events = await listAuditEventsAfter(ctx.db, { after: position, before, limit: PAGE })
    const last = events.at(-1)
    if (!last) return
    yield events.map(line).join('')
    position = last.id
  }
}

/** A day, or a moment of it. */
const moment = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d(T.+)?$/, 'Write a time as 2030-01-31 or 2030-01-31T12:00:00.000Z')
  .refine((text) => !Number.isNaN(Date.parse(text)), 'There is no such time')

function boundsOf(ctx: AppContext, { from, to }: { from?: string; to?: string }): Bounds {
  const settled = settledBefore(ctx)
  const end = to === undefined ? settled : firstIdAt(Date.parse(to) + (to.includes('T') ? 0 : DAY))
  const bounds = { after: from === undefined ? '' : firstIdAt(Date.parse(from)), before: end < settled ? end : settled }
  if (to !== undefined && bounds.after >= end) {
    throw new ManagementError(
      400,
      'invalid_query_string',
      "Query validation error: 'to is before from' on property to.",
    )
  }
  return bounds
}

export const auditExportEndpoints = [
  endpoint({
    method: 'GET',
    path: '/api/v2/audit-export',
    summary: 'Export the audit log, the oldest event first',
    tag: 'Logs',
    scopes: ['read:logs'],
    query: z.object({
      from: moment.optional().describe('A day or a time; from the first event on, if left out.'),
      to: moment.optional().describe('A day, which is among them, or a time, which is not; up to now, if left out.'),
      format: z.enum(['ndjson', 'csv']).optional().describe('One JSON object a line, unless csv is asked for.'),
    }),
    answer: z.unknown(),
    async run(ctx, { query: { format = 'ndjson', ...query } }) {
      const bounds = boundsOf(ctx, query)
      await recordExport(ctx, { ...query, format })
      const { type } = FORMATS[format]
      const disposition = `attachment; filename="audit-log.${format}"`
      return new RawAnswer({
        status: 200,
        headers: { 'content-type': type, 'content-disposition': disposition, 'cache-control': 'no-store' },
        body: Readable.from(pagesOf(ctx, bounds, FORMATS[format]), { objectMode: false }),
      })
    },
  }),
]
