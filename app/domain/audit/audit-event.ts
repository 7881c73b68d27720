import type { AppContext } from '~/context'
import { newSortableId } from '~/platform/ids'
import type { Write } from '~db/database'
import { insertAuditEvent } from '~db/queries/audit'
import { logTypeOf } from './log-types'

/** What can happen. The name says who did what to what. */
export type AuditAction =
  | 'tenant.set-up'
  | 'tenant.issuer-changed'
  | 'user.signed-up'
  | 'user.signed-in'
  | 'user.sign-in-failed'
  | 'user.sign-in-limited'
  | 'user.signed-out'
  | 'user.email-verified'
  | 'user.password-changed'
  | 'user.password-reset-requested'
  | 'user.ticket-created'
  | 'user.created'
  | 'user.updated'
  | 'user.deleted'
  | 'user.blocked'
  | 'user.unblocked'
  | 'identity.linked'
  | 'identity.unlinked'
  | 'identity.change-allowed'
  | 'identity.change-denied'
  | 'user.attempts-forgotten'
  | 'member.invited'
  | 'member.invitation-taken-back'
  | 'member.joined'
  | 'member.role-changed'
  | 'member.removed'
  | 'authenticator.enrolled'
  | 'authenticator.removed'
  | 'authenticator.renamed'
  | 'authenticator.forgotten'
  | 'recovery-code.used'
  | 'partner.signed-up'
  | 'partner.updated'
  | 'partner.suspended'
  | 'partner.reinstated'
  | 'client.created'
  | 'client.updated'
  | 'client.deleted'
  | 'client.key-added'
  | 'client.key-changed'
  | 'client.key-removed'
  | 'client.secret-read'
  | 'client-grant.created'
  | 'client-grant.updated'
  | 'client-grant.deleted'
  | 'client.registered'
  | 'client.registration-changed'
  | 'client.registration-deleted'
  | 'client.approved'
  | 'client.mode-changed'
  | 'client.pkce-changed'
  | 'initial-access.created'
  | 'initial-access.revoked'
  | 'app.created'
  | 'app.edited'
  | 'app.deleted'
  | 'app.submitted'
  | 'app.withdrawn'
  | 'app.approved'
  | 'app.changes-requested'
  | 'app.rejected'
  | 'app.suspended'
  | 'app.reinstated'
  | 'app.tester-added'
  | 'app.tester-accepted'
  | 'app.tester-removed'
  | 'secret.created'
  | 'secret.rotated'
  | 'secret.retired'
  | 'resource-server.created'
  | 'resource-server.updated'
  | 'resource-server.deleted'
  | 'connection.created'
  | 'connection.updated'
  | 'connection.deleted'
  | 'connection.users-deleted'
  | 'connection.key-rotated'
  | 'settings.updated'
  | 'consent.granted'
  | 'consent.denied'
  | 'consent.revoked'
  | 'device.allowed'
  | 'device.denied'
  | 'device-credential.created'
  | 'device-credential.deleted'
  | 'code.issued'
  | 'code.exchanged'
  | 'code.replayed'
  | 'refresh-token.updated'
  | 'session.updated'
  | 'token.issued'
  | 'token.refreshed'
  | 'token.replayed'
  | 'token.revoked'
  | 'client.authentication-failed'
  | 'key.created'
  | 'key.rotated'
  | 'encryption.rotated'
  | 'encryption.reset'
  | 'key.revoked'
  | 'job.created'
  | 'job.finished'
  | 'management.refused'
  | 'audit-log.exported'
  | 'audit-log.pruned'
  | 'log-stream.created'
  | 'log-stream.updated'
  | 'log-stream.deleted'
  | 'log-stream.suspended'
  | 'webhook.created'
  | 'webhook.updated'
  | 'webhook.deleted'
  | 'webhook.secret-rotated'
  | 'webhook.suspended'
  | 'webhook.ping'
  | 'webhook.redelivered'

export type AuditTarget = {
  type:
    | 'user'
    | 'client'
    | 'partner'
    | 'version'
    | 'resource-server'
    | 'connection'
    | 'tenant'
    | 'key'
    | 'grant'
    | 'log-stream'
    | 'webhook'
    | 'job'
  id: string
  name?: string
}

type Subjects = {
  clientId?: string
  userId?: string
  partnerId?: string
  connectionId?: string
  details?: Record<string, unknown>
}

type AuditContext = Pick<AppContext, 'clock' | 'actor' | 'request'>

/** What an event is made of, where somebody has just proved who they are. */
export const actingAs = ({ clock, request }: AuditContext, actor: AuditContext['actor']): AuditContext => ({
  clock,
  request,
  actor,
})

/**
 * The write that records what happened, to stand in the same transaction as the change itself. `details` holds what a
 * reader needs to understand it, never a secret.
 */
export function auditEvent(
  ctx: AuditContext,
  action: AuditAction,
  target: AuditTarget | undefined,
  subjects: Subjects = {},
): Write {
  const at = ctx.clock.now()
  const actor = 'id' in ctx.actor ? ctx.actor : undefined
  return insertAuditEvent({
    id: newSortableId(at),
    at,
    action,
    type: logTypeOf(action, subjects),
    actorType: ctx.actor.type,
    actorId: actor?.id ?? null,
    actorName: actor?.name ?? null,
    targetType: target?.type ?? null,
    targetId: target?.id ?? null,
    targetName: target?.name ?? null,
    clientId: subjects.clientId ?? null,
    userId: subjects.userId ?? null,
    partnerId: subjects.partnerId ?? null,
    connectionId: subjects.connectionId ?? null,
    ip: ctx.request.ip ?? null,
    userAgent: ctx.request.userAgent ?? null,
    requestId: ctx.request.id,
    details: subjects.details ?? null,
  })
}
