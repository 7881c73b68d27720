/** The whole audit log, as long as it may be, without anybody holding it in memory. */
import { z } from 'zod'
import type { AppContext } from '~/context'
import { csvCell } from '~/platform/csv'
import { DAY } from '~/platform/durations'
import { firstIdAt } from '~/platform/ids'
import { type AuditEvent, listAuditEventsAfter } from '~db/queries/audit'
import { auditEvent } from './audit-event'
import { settledBefore } from './settled'

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
    head: '',
    line: (event: AuditEvent) =>
      `${JSON.stringify(Object.fromEntries(COLUMNS.map(([name, value]) => [name, value(event)])))}\n`,
  },
  csv: {
    head: `${COLUMNS.map(([name]) => name).join(',')}\r\n`,
    line: (event: AuditEvent) => `${COLUMNS.map(([, value]) => csvCell(value(event))).join(',')}\r\n`,
  },
}

/** A day, or a moment of it. */
const moment = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d(T.+)?$/, 'Write a time as 2030-01-31 or 2030-01-31T12:00:00.000Z')
  .refine((text) => !Number.isNaN(Date.parse(text)), 'There is no such time')

const startOf = (time: string): number => Date.parse(time)
const endOf = (time: string): number => Date.parse(time) + (time.includes('T') ? 0 : DAY)

/** Which part of the log, and how it is written. */
export const exportedPart = z
  .object({
    from: moment.optional().describe('A day or a time; from the first event on, if left out.'),
    to: moment.optional().describe('A day, which is among them, or a time, which is not; up to now, if left out.'),
    format: z
      .enum(['ndjson', 'csv'], 'Write ndjson or csv')
      .optional()
      .describe('One JSON object a line, unless csv is asked for.'),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || startOf(from) < endOf(to), {
    error: 'to is before from',
    path: ['to'],
  })

type Bounds = { after: string; before: string }

/**
 * Records that the log is taken along, and reads it, the oldest event first.
 * @returns texts that follow each other; the next one is read when the one before was taken
 */
export async function exportEvents(
  ctx: Pick<AppContext, 'db' | 'clock' | 'actor' | 'request'>,
  { from, to, format = 'ndjson' }: z.output<typeof exportedPart>,
): Promise<AsyncGenerator<string>> {
  const settled = settledBefore(ctx)
  const end = to === undefined ? settled : firstIdAt(endOf(to))
  const bounds = { after: from === undefined ? '' : firstIdAt(startOf(from)), before: end < settled ? end : settled }
  const details = { from, to, format }
  await ctx.db.run(auditEvent(ctx, 'audit-log.exported', { type: 'tenant', id: 'tenant' }, { details }))
  return pagesOf(ctx, bounds, FORMATS[format])
}

async function* pagesOf(
  { db }: Pick<AppContext, 'db'>,
  { after, before }: Bounds,
  { head, line }: (typeof FORMATS)['csv'],
): AsyncGenerator<string> {
  if (head) yield head
  for (let position = after; ; ) {
    const events = await listAuditEventsAfter(db, { after: position, before, limit: PAGE })
    const last = events.at(-1)
    if (!last) return
    yield events.map(line).join('')
    position = last.id
  }
}
