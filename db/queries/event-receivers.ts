import { and, asc, count, desc, eq, isNull, lt, lte, sql as raw } from 'drizzle-orm'
import { type Database, type Handle, query, statement, write } from '../database'
import type { EventReceiverKind } from '../schema/tables/event-receivers'
import { isBehind, type Slice, sortedBy } from './keyset'
import { rowPlaceholders } from './placeholders'

export type EventReceiver = Handle['t']['eventReceivers']['$inferSelect']
export type EventDelivery = Handle['t']['eventDeliveries']['$inferSelect']
export type {
  DeliveryAttempt,
  EventReceiverKind,
  EventReceiverStatus,
  LogStreamFormat,
} from '../schema/tables/event-receivers'

export const insertEventReceiver = statement<EventReceiver>('insert_event_receiver', ({ sql, t }) =>
  sql.insert(t.eventReceivers).values(rowPlaceholders(t.eventReceivers)),
)

const byId = query<{ kind: EventReceiverKind; id: string }, EventReceiver>(
  'find_event_receiver',
  ({ sql, t: { eventReceivers: r } }) =>
    sql
      .select()
      .from(r)
      .where(and(eq(r.id, raw.placeholder('id')), eq(r.kind, raw.placeholder('kind')))),
)
export const findEventReceiver = async (db: Database, kind: EventReceiverKind, id: string) =>
  (await byId(db, { kind, id }))[0]

/** The oldest first. */
export function listEventReceivers(db: Database, kind: EventReceiverKind, slice: Slice): Promise<EventReceiver[]> {
  const { eventReceivers: r } = db.handle.t
  return db.handle.sql
    .select()
    .from(r)
    .where(and(eq(r.kind, kind), isBehind([r.createdAt, r.id], slice)))
    .orderBy(...sortedBy([r.createdAt, r.id]))
    .offset(slice.skip)
    .limit(slice.limit)
}

/** Changes a receiver as it was read; touches no row when it was changed since. */
export const updateEventReceiver = ({ id, updatedAt }: EventReceiver, change: Partial<EventReceiver>) =>
  write(({ sql, t: { eventReceivers: r } }) =>
    sql
      .update(r)
      .set(change)
      .where(and(eq(r.id, id), eq(r.updatedAt, updatedAt))),
  )

export const deleteEventReceiver = (kind: EventReceiverKind, id: string) =>
  write(({ sql, t: { eventReceivers: r } }) => sql.delete(r).where(and(eq(r.id, id), eq(r.kind, kind))))

/** Receivers whose turn it may be: those that have waited longest first. */
export const listReceiversInTurn = query<{ now: number; limit: number }, EventReceiver>(
  'list_receivers_in_turn',
  ({ sql, t: { eventReceivers: r } }) =>
    sql
      .select()
      .from(r)
      .where(and(eq(r.status, 'active'), lte(r.nextTurnAt, raw.placeholder('now'))))
      .orderBy(asc(r.nextTurnAt))
      .limit(raw.placeholder('limit')),
)

/** Takes a receiver up until a time; touches no row when another node or another turn has. */
export const takeTurn = ({ id, nextTurnAt, cursor }: EventReceiver, until: number) =>
  write(({ sql, t: { eventReceivers: r } }) =>
    sql
      .update(r)
      .set({ nextTurnAt: until })
      .where(and(eq(r.id, id), eq(r.status, 'active'), eq(r.nextTurnAt, nextTurnAt), eq(r.cursor, cursor))),
  )

/** What a turn found out; touches no row when the turn was over by then, and somebody else has taken the receiver up. */
export const noteInTurn = (id: string, until: number, change: Partial<EventReceiver>) =>
  write(({ sql, t: { eventReceivers: r } }) =>
    sql
      .update(r)
      .set(change)
      .where(and(eq(r.id, id), eq(r.nextTurnAt, until))),
  )

export const insertEventDelivery = statement<EventDelivery>('insert_event_delivery', ({ sql, t }) =>
  sql.insert(t.eventDeliveries).values(rowPlaceholders(t.eventDeliveries)),
)

export const listDueEventDeliveries = query<{ receiverId: string; now: number; limit: number }, EventDelivery>(
  'list_due_event_deliveries',
  ({ sql, t: { eventDeliveries: d } }) =>
    sql
      .select()
      .from(d)
      .where(and(eq(d.receiverId, raw.placeholder('receiverId')), lte(d.nextAttemptAt, raw.placeholder('now'))))
      .orderBy(asc(d.nextAttemptAt), asc(d.id))
      .limit(raw.placeholder('limit')),
)

/** Deliveries of a webhook, the newest first. */
export function listEventDeliveries(db: Database, receiverId: string, slice: Slice): Promise<EventDelivery[]> {
  const { eventDeliveries: d } = db.handle.t
  return db.handle.sql
    .select()
    .from(d)
    .where(and(eq(d.receiverId, receiverId), isBehind([d.id], slice, 'descending')))
    .orderBy(desc(d.id))
    .offset(slice.skip)
    .limit(slice.limit)
}

export async function countEventDeliveries(db: Database, receiverId: string): Promise<number> {
  const { eventDeliveries: d } = db.handle.t
  const [row] = await db.handle.sql.select({ count: count() }).from(d).where(eq(d.receiverId, receiverId))
  return row?.count ?? 0
}

export async function findEventDelivery(db: Database, receiverId: string, id: string) {
  const { eventDeliveries: d } = db.handle.t
  const found = await db.handle.sql
    .select()
    .from(d)
    .where(and(eq(d.id, id), eq(d.receiverId, receiverId)))
  return found[0]
}

/** Notes an attempt; touches no row when the delivery was asked for anew meanwhile. */
export const updateEventDelivery = ({ id, nextAttemptAt }: EventDelivery, change: Partial<EventDelivery>) =>
  write(({ sql, t: { eventDeliveries: d } }) =>
    sql
      .update(d)
      .set(change)
      .where(and(eq(d.id, id), nextAttemptAt === null ? undefined : eq(d.nextAttemptAt, nextAttemptAt))),
  )

/** Puts a delivery that is over down to be made again. */
export const requeueEventDelivery = (receiverId: string, id: string, at: number) =>
  write(({ sql, t: { eventDeliveries: d } }) =>
    sql
      .update(d)
      .set({ nextAttemptAt: at, waits: 0, deliveredAt: null })
      .where(and(eq(d.id, id), eq(d.receiverId, receiverId))),
  )

/** Deletes deliveries that are over; those of a receiver that is stopped wait for it. */
export const deleteOldEventDeliveries = (before: number) =>
  write(({ sql, t: { eventDeliveries: d } }) =>
    sql.delete(d).where(and(lt(d.createdAt, before), isNull(d.nextAttemptAt))),
  )
