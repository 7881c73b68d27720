import { type LogEntry, logEntries } from '~/domain/audit/log-entry'
import { logCategoryOf } from '~/domain/audit/log-types'
import { settledBefore } from '~/domain/audit/settled'
import { type AuditEvent, listAuditEventsAfter } from '~db/queries/audit'
import type { EventReceiver, LogStreamFormat } from '~db/queries/event-receivers'
import { logStreamSecrets } from './receiver-secrets'
import type { Turn } from './turn'

/** Events that are read, and sent in one request, at once. */
export const PAGE = 100

export const isForLogStream = ({ selection }: Pick<EventReceiver, 'selection'>, { type }: AuditEvent): boolean =>
  selection.length === 0 || selection.includes(logCategoryOf(type))

/**
 * Sends a log stream what came since, in order. What it did not take is sent again, and nothing behind it before.
 * @returns whether it took everything
 */
export async function tellLogStream(turn: Turn): Promise<boolean> {
  const { ctx } = turn
  const format = turn.receiver.contentFormat ?? 'JSONLINES'
  const headers = await headersOf(turn)
  while (turn.hasTime()) {
    const after = turn.receiver.cursor
    const events = await listAuditEventsAfter(ctx.db, { after, before: settledBefore(ctx), limit: PAGE })
    const last = events.at(-1)
    if (!last) return true
    const entries = await logEntries(
      ctx,
      events.filter((event) => isForLogStream(turn.receiver, event)),
    )
    for (const group of groupsOf(format, entries)) {
      if (!turn.hasTime()) return true
      const outcome = await turn.post(bodyOf(format, group), headers)
      const { change, steps } = turn.changeBy(outcome)
      const cursor = outcome.problem === undefined ? { cursor: group.at(-1)?._id } : {}
      await turn.note({ ...change, ...cursor }, steps)
      if (outcome.problem !== undefined) return false
    }
    if (turn.receiver.cursor !== last.id) await turn.note({ cursor: last.id })
    if (events.length < PAGE) return true
  }
  return true
}

async function headersOf({ ctx, receiver }: Turn): Promise<Record<string, string>> {
  const { authorization, customHeaders } = await logStreamSecrets(ctx, receiver)
  return {
    ...Object.fromEntries(customHeaders.map(({ header, value }) => [header.toLowerCase(), value])),
    ...(authorization ? { authorization } : {}),
    'content-type': receiver.contentType ?? 'application/json',
  }
}

/** What goes into one request. */
function groupsOf(format: LogStreamFormat, entries: LogEntry[]): LogEntry[][] {
  if (format === 'JSONOBJECT') return entries.map((entry) => [entry])
  return entries.length === 0 ? [] : [entries]
}

function bodyOf(format: LogStreamFormat, entries: LogEntry[]): string {
  const lines = entries.map((entry) => JSON.stringify({ log_id: entry.log_id, data: entry }))
  return format === 'JSONARRAY' ? `[${lines.join(',')}]` : lines.join('\n')
}
