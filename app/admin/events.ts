import type { AppContext } from '~/context'
import { type AuditEvent, type AuditFilter, listAuditEvents } from '~db/queries/audit'
import { listThirdPartyClientIds } from '~db/queries/third-party-clients'
import { eventWords } from './event-words'

/** An event of the audit log as owners read it. */
export type EventRow = {
  id: string
  at: number
  action: string
  /** What was done, in words. */
  words: string
  /** Who did it. */
  actor: string
  actorHref: string | null
  /** What it was done to, unless it is the one who acted. */
  target: string | null
  targetHref: string | null
  details: string
  ip: string | null
}

export async function listEvents(ctx: AppContext, filter: AuditFilter, limit: number): Promise<EventRow[]> {
  const events = await listAuditEvents(ctx.db, filter, limit)
  const clients = events.flatMap(({ actorType, actorId, targetType, targetId }) => [
    ...(actorType === 'client' && actorId ? [actorId] : []),
    ...(targetType === 'client' && targetId ? [targetId] : []),
  ])
  const apps = new Set(await listThirdPartyClientIds(ctx.db, [...new Set(clients)]))
  return events.map((event) => eventRow(event, apps))
}

/** @param apps the clients that there is a page about */
function eventRow(event: AuditEvent, apps: Set<string>): EventRow {
  const hrefOf = (type: string | null, id: string | null) =>
    type === 'client' && !apps.has(id ?? '') ? null : pageOf(type, id)
  const isAboutActor = event.targetId !== null && event.targetId === event.actorId
  return {
    id: event.id,
    at: event.at,
    action: event.action,
    words: eventWords(event.action),
    actor: event.actorName ?? ACTORS[event.actorType],
    actorHref:
      event.actorType === 'user' && event.actorId
        ? personHref(event.actorId)
        : hrefOf('client', event.actorType === 'client' ? event.actorId : null),
    target: isAboutActor ? null : (event.targetName ?? event.targetId),
    targetHref: isAboutActor ? null : hrefOf(event.targetType, event.targetId),
    details: detailsText(event.details),
    ip: event.ip,
  }
}

const ACTORS: Record<AuditEvent['actorType'], string> = {
  user: 'A person',
  client: 'An app',
  operator: 'The operator',
  system: 'The program',
  anonymous: 'Not signed in',
}

const personHref = (userId: string): string => `/admin/users/${encodeURIComponent(userId)}`

function pageOf(type: string | null, id: string | null): string | null {
  if (!id) return null
  switch (type) {
    case 'client':
      return `/admin/apps/${encodeURIComponent(id)}`
    case 'user':
      return personHref(id)
    case 'partner':
      return `/admin/partners/${encodeURIComponent(id)}`
    case 'resource-server':
      return `/admin/apis/${encodeURIComponent(id)}`
    case 'version':
      return `/admin/reviews/${encodeURIComponent(id)}`
    case 'webhook':
      return `/admin/settings/webhooks/${encodeURIComponent(id)}`
    default:
      return null
  }
}

/** Values of the details in one line; they hold no secret, the domain sees to it. */
function detailsText(details: Record<string, unknown> | null): string {
  return Object.entries(details ?? {})
    .filter(([name, value]) => value !== undefined && value !== null && value !== '' && !name.endsWith('Id'))
    .map(([name, value]) => `${nameText(name)}: ${valueText(name, value)}`)
    .join(' · ')
    .slice(0, 400)
}

/** `overlapHours` and `grant_type` in words. */
const nameText = (name: string): string =>
  name.replace(/_/g, ' ').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

function valueText(name: string, value: unknown): string {
  if (Array.isArray(value)) return value.join(', ')
  if (typeof value === 'number' && name.endsWith('At')) return `${new Date(value).toISOString().slice(0, 16)}Z`
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
