import type { AuditAction } from '~/domain/audit/audit-event'
import type { AuditEvent } from '~db/queries/audit'

/** What a program can be told of. */
export const WEBHOOK_EVENTS = [
  'app.created',
  'app.edited',
  'app.submitted',
  'app.withdrawn',
  'app.approved',
  'app.changes-requested',
  'app.rejected',
  'app.suspended',
  'app.reinstated',
  'app.deleted',
  'partner.signed-up',
  'partner.updated',
  'partner.suspended',
  'partner.reinstated',
  'client.created',
  'client.registered',
  'client.approved',
  'client.mode-changed',
  'client.pkce-changed',
  'client.deleted',
  'client.authentication-failed',
  'consent.granted',
  'consent.denied',
  'consent.revoked',
  'secret.created',
  'secret.rotated',
  'secret.retired',
  'code.replayed',
  'token.replayed',
  'token.revoked',
  'user.signed-up',
  'user.blocked',
  'user.unblocked',
  'key.rotated',
  'key.revoked',
] as const satisfies AuditAction[]

export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number]

/** Whether a webhook is told of an event. A test ping is for one alone. */
export const isForWebhook = (
  { id, selection }: { id: string; selection: string[] },
  { action, targetId }: AuditEvent,
): boolean => (action === 'webhook.ping' ? targetId === id : selection.includes(action))

/** The body of a message (Standard Webhooks, "Payload structure"); the same whenever it is sent again. */
export function webhookMessage(event: AuditEvent): string {
  const { id, at, action, actorType, actorId, actorName, targetType, targetId, targetName } = event
  return JSON.stringify({
    type: action,
    timestamp: new Date(at).toISOString(),
    data: {
      event_id: id,
      actor: { type: actorType, id: actorId, name: actorName },
      target: targetType === null ? null : { type: targetType, id: targetId, name: targetName },
      client_id: event.clientId,
      user_id: event.userId,
      partner_id: event.partnerId,
      details: event.details ?? {},
    },
  })
}
