import type { ColumnKit } from '../columns'

export type ActorType = 'user' | 'client' | 'operator' | 'system' | 'anonymous'

export function auditTables(c: ColumnKit) {
  /** Append-only. Names are kept as they were, so that an event can be read after its people and apps are gone. */
  const auditEvents = c.table(
    'audit_events',
    {
      /** Sorts by time. */
      id: c.text().primaryKey(),
      at: c.time().notNull(),
      action: c.text().notNull(),
      /** The code under which it stands in the log. */
      type: c.text().notNull(),
      actorType: c.text().$type<ActorType>().notNull(),
      actorId: c.text(),
      actorName: c.text(),
      targetType: c.text(),
      targetId: c.text(),
      targetName: c.text(),
      clientId: c.text(),
      userId: c.text(),
      partnerId: c.text(),
      connectionId: c.text(),
      ip: c.text(),
      userAgent: c.text(),
      requestId: c.text(),
      details: c.json<Record<string, unknown>>(),
    },
    (t) => [
      c.sparseIndex('audit_events_client', t.clientId, t.id),
      c.sparseIndex('audit_events_user', t.userId, t.id),
      c.sparseIndex('audit_events_partner', t.partnerId, t.id),
      c.sparseIndex('audit_events_connection', t.connectionId, t.id),
      c.sparseIndex('audit_events_ip', t.ip, t.id),
      c.index('audit_events_action').on(t.action, t.id),
      c.index('audit_events_type').on(t.type, t.id),
    ],
  )
  return { auditEvents }
}
