import { and, desc, eq, inArray, isNotNull, isNull, lt, notExists, or, sql as raw } from 'drizzle-orm'
import { type Database, type Handle, query, statement, write } from '../database'
import { isBehind, type Slice, sortedBy } from './keyset'
import { rowPlaceholders } from './placeholders'

export type Partner = Handle['t']['partners']['$inferSelect']

const byId = query<{ id: string }, Partner>('find_partner', ({ sql, t }) =>
  sql
    .select()
    .from(t.partners)
    .where(eq(t.partners.id, raw.placeholder('id'))),
)
export const findPartner = async (db: Database, id: string) => (await byId(db, { id }))[0]

export const insertPartner = statement<Partner>('insert_partner', ({ sql, t }) =>
  sql.insert(t.partners).values(rowPlaceholders(t.partners)),
)
export const updatePartner = (id: string, change: Partial<Partner>) =>
  write(({ sql, t }) => sql.update(t.partners).set(change).where(eq(t.partners.id, id)))

/** The newest partners; `before` is the last one of the page before. */
export const listPartners = (
  db: Database,
  limit: number,
  before?: { createdAt: number; id: string },
): Promise<Partner[]> => {
  const { partners } = db.handle.t
  return db.handle.sql
    .select()
    .from(partners)
    .where(
      before
        ? or(
            lt(partners.createdAt, before.createdAt),
            and(eq(partners.createdAt, before.createdAt), lt(partners.id, before.id)),
          )
        : undefined,
    )
    .orderBy(desc(partners.createdAt), desc(partners.id))
    .limit(limit)
}

/** Part of the list of partners, the oldest first. */
export const listPartnerSlice = ({ handle }: Database, { id }: { id?: string }, slice: Slice): Promise<Partner[]> => {
  const { partners: p } = handle.t
  const order = [p.createdAt, p.id]
  return handle.sql
    .select()
    .from(p)
    .where(and(id === undefined ? undefined : eq(p.id, id), isBehind(order, slice)))
    .orderBy(...sortedBy(order))
    .limit(slice.limit)
    .offset(slice.skip)
}

/** Holds the row of an organization that is not suspended until the transaction ends; touches no row of another one. */
export const holdActivePartner = (id: string) =>
  write(({ sql, t }) =>
    sql
      .update(t.partners)
      .set({ suspendedAt: null })
      .where(and(eq(t.partners.id, id), isNull(t.partners.suspendedAt))),
  )

export const suspendPartner = (id: string, at: number) =>
  write(({ sql, t }) =>
    sql
      .update(t.partners)
      .set({ suspendedAt: at, updatedAt: at })
      .where(and(eq(t.partners.id, id), isNull(t.partners.suspendedAt))),
  )

/** Lifts a suspension, whichever it is; touches no row when there is none. */
export const reinstatePartner = (id: string, at: number) =>
  write(({ sql, t }) =>
    sql
      .update(t.partners)
      .set({ suspendedAt: null, updatedAt: at })
      .where(and(eq(t.partners.id, id), isNotNull(t.partners.suspendedAt))),
  )

/** Suspends the apps of a partner that are not suspended yet: they carry the time of the partner's own suspension. */
export const suspendAppsOfPartner = (partnerId: string, at: number) =>
  write(({ sql, t: { apps, clients } }) =>
    sql
      .update(clients)
      .set({ suspendedAt: at, updatedAt: at })
      .where(
        and(
          isNull(clients.suspendedAt),
          inArray(
            clients.clientId,
            sql.select({ clientId: apps.clientId }).from(apps).where(eq(apps.partnerId, partnerId)),
          ),
        ),
      ),
  )

/** Reinstates the apps that were suspended together with their partner, and leaves those that were suspended before. */
export const reinstateAppsOfPartner = (partnerId: string, suspendedAt: number, at: number) =>
  write(({ sql, t: { apps, clients } }) =>
    sql
      .update(clients)
      .set({ suspendedAt: null, updatedAt: at })
      .where(
        and(
          eq(clients.suspendedAt, suspendedAt),
          inArray(
            clients.clientId,
            sql.select({ clientId: apps.clientId }).from(apps).where(eq(apps.partnerId, partnerId)),
          ),
        ),
      ),
  )

export const countPartners = (db: Database): Promise<number> => db.handle.sql.$count(db.handle.t.partners)

/** What keeps an organization: people, those who are asked to join, apps, programs. */
const isEmpty = ({ sql, t: { partners, partnerMembers: m, invitations: i, apps, partnerApiClients: a } }: Handle) =>
  and(
    notExists(sql.select({ id: m.userId }).from(m).where(eq(m.partnerId, partners.id))),
    notExists(sql.select({ id: i.id }).from(i).where(eq(i.partnerId, partners.id))),
    notExists(sql.select({ id: apps.clientId }).from(apps).where(eq(apps.partnerId, partners.id))),
    notExists(sql.select({ id: a.clientId }).from(a).where(eq(a.partnerId, partners.id))),
  )

/** Deletes an organization that nobody works in and that has made nothing. */
export const deleteEmptyPartner = (id: string) =>
  write((handle) => {
    const { partners } = handle.t
    return handle.sql.delete(partners).where(and(eq(partners.id, id), isEmpty(handle)))
  })

/** Some of those who signed up an organization before a time and have never proved their address. */
export const listUnprovenSignUps = async ({ handle }: Database, before: number, limit: number) => {
  const { users, partnerMembers: m } = handle.t
  return handle.sql
    .select({ userId: users.userId, partnerId: m.partnerId })
    .from(m)
    .innerJoin(users, eq(users.userId, m.userId))
    .where(and(eq(users.emailVerified, false), lt(users.createdAt, before)))
    .limit(limit)
}
