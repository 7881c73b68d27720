import type { AppContext } from '~/context'
import type { AuditEvent } from '~db/queries/audit'
import { listConnections } from '~db/queries/connections'

/** An event as Auth0's log has it. What is not known is left out. */
export type LogEntry = {
  _id: string
  log_id: string
  date: string
  type: string
  description: string
  hostname: string
  isMobile: boolean
  connection?: string
  connection_id?: string
  client_id?: string
  client_name?: string
  user_id?: string
  user_name?: string
  ip?: string
  user_agent?: string
  audience?: string
  scope?: string
  details: Record<string, unknown>
}

/** Events as entries of the log, in the order in which they are given. */
export async function logEntries(ctx: Pick<AppContext, 'db' | 'config'>, events: AuditEvent[]): Promise<LogEntry[]> {
  const isNamed = events.some(({ connectionId }) => connectionId !== null)
  const connections = isNamed ? await listConnections(ctx.db, {}) : []
  const names = new Map(connections.map(({ id, name }) => [id, name]))
  const hostname = new URL(ctx.config.issuer).host
  return events.map((event) => logEntry(event, hostname, names.get(event.connectionId ?? '')))
}

function logEntry(event: AuditEvent, hostname: string, connection: string | undefined): LogEntry {
  const { id, action, targetType, targetId, targetName, partnerId, details } = event
  const { audience, scope, ...others } = details ?? {}
  const target = targetType && { type: targetType, id: targetId, name: targetName ?? undefined }
  const actor = { type: event.actorType, id: event.actorId ?? undefined, name: event.actorName ?? undefined }
  const entry: LogEntry = {
    _id: id,
    log_id: id,
    date: new Date(event.at).toISOString(),
    type: event.type,
    description: sentenceOf(action),
    connection,
    connection_id: event.connectionId ?? undefined,
    client_id: event.clientId ?? undefined,
    client_name: nameOf(event, 'client', event.clientId),
    ip: event.ip ?? undefined,
    hostname,
    user_id: event.userId ?? undefined,
    user_name: nameOf(event, 'user', event.userId),
    user_agent: event.userAgent ?? undefined,
    isMobile: /mobi/i.test(event.userAgent ?? ''),
    audience: typeof audience === 'string' ? audience : undefined,
    scope: Array.isArray(scope) ? scope.join(' ') : typeof scope === 'string' ? scope : undefined,
    details: { ...others, action, actor, target: target ?? undefined, partner_id: partnerId ?? undefined },
  }
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined)) as LogEntry
}

/** What somebody was called at that time, where the event says so. */
function nameOf(event: AuditEvent, type: 'user' | 'client', id: string | null): string | undefined {
  if (id === null) return undefined
  if (event.targetType === type && event.targetId === id) return event.targetName ?? undefined
  return event.actorType === type && event.actorId === id ? (event.actorName ?? undefined) : undefined
}

/** `resource-server.created` reads “Resource server created”. */
function sentenceOf(action: string): string {
  const words = action.replaceAll(/[.-]/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
