import type { ColumnKit } from '../columns'

export type EventReceiverKind = 'log-stream' | 'webhook'
export type EventReceiverStatus = 'active' | 'paused' | 'suspended'
export type LogStreamFormat = 'JSONARRAY' | 'JSONLINES' | 'JSONOBJECT'
export type DeliveryAttempt = { at: number; status: number | null; problem: string | null; milliseconds: number }

export function eventReceiverTables(c: ColumnKit) {
  /** Servers that are told of events, each at its own pace: how far it has come is in its row. */
  const eventReceivers = c.table(
    'event_receivers',
    {
      id: c.text().primaryKey(),
      kind: c.text().$type<EventReceiverKind>().notNull(),
      name: c.text().notNull(),
      url: c.text().notNull(),
      status: c.text().$type<EventReceiverStatus>().notNull(),
      /** What it is told of: categories for a log stream, all when there is none; actions for a webhook. */
      selection: c.json<string[]>().notNull(),
      /** Of a log stream. */
      contentType: c.text(),
      contentFormat: c.text().$type<LogStreamFormat>(),
      /** What it is shown that we are we, encrypted: headers of a log stream, keys of a webhook. */
      encryptedSecrets: c.ciphertext().notNull(),
      /** The id of the last event that was told, or put down to be told. */
      cursor: c.text().notNull(),
      /** Not before then does a node take it up; while one is at it, when the others may take it to be dead. */
      nextTurnAt: c.time().notNull(),
      /** In a row; since when. */
      failures: c.int().notNull(),
      failingSince: c.time(),
      lastProblem: c.text(),
      lastDeliveryAt: c.time(),
      createdAt: c.time().notNull(),
      updatedAt: c.time().notNull(),
    },
    (t) => [
      c.index('event_receivers_turn').on(t.status, t.nextTurnAt),
      c.index('event_receivers_kind').on(t.kind, t.createdAt, t.id),
    ],
  )

  /** The messages of webhooks; they are tried again one by one. */
  const eventDeliveries = c.table(
    'event_deliveries',
    {
      /** The `webhook-id`; sorts by time. */
      id: c.text().primaryKey(),
      receiverId: c
        .text()
        .notNull()
        .references(() => eventReceivers.id, { onDelete: 'cascade' }),
      eventId: c.text().notNull(),
      /** The action that it tells of. */
      type: c.text().notNull(),
      /** The last ones, the oldest first. */
      attempts: c.json<DeliveryAttempt[]>().notNull(),
      /** How many of the waits between attempts have passed. */
      waits: c.int().notNull(),
      /** Null when it is delivered, or given up. */
      nextAttemptAt: c.time(),
      deliveredAt: c.time(),
      createdAt: c.time().notNull(),
    },
    (t) => [
      c.index('event_deliveries_due').on(t.receiverId, t.nextAttemptAt),
      c.index('event_deliveries_receiver').on(t.receiverId, t.id),
      c.index('event_deliveries_created').on(t.createdAt),
    ],
  )

  return { eventReceivers, eventDeliveries }
}
