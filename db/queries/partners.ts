import { and, desc, eq, inArray, isNotNull, isNull, lt, or, sql as raw } from 'drizzle-orm'
import { type Database, type Handle, query, statement, write } from '../database'
import { isBehind, type Slice, sortedBy } from './keyset'
import { rowPlaceholders } from './placeholders'
import type { User } from './users'

export type Partner = Handle['t']['partners']['$inferSelect']
export type PartnerMember = Handle['t']['partnerMembers']['$inferSelect']
export type TenantMember = Handle['t']['tenantMembers']['$inferSelect']

const membershipOf = query<{ userId: string }, { member: PartnerMember; partner: Partner }>(
  'find_partner_of_user',
  ({ sql, t: { partnerMembers: m, partners } }) =>
    sql
      .select({ member: m, partner: partners })
      .from(m)
      .innerJoin(partners, eq(partners.id, m.partnerId))
      .where(eq(m.userId, raw.placeholder('userId'))),
)
/** The organization that a person works for, and as what. */
export const findPartnerOfUser = async (db: Database, userId: string) => (await membershipOf(db, { userId }))[0]

const byId = query<{ id: string }, Partner>('find_partner', ({ sql, t }) =>
  sql
    .select()
    .from(t.partners)
    .where(eq(t.partners.id, raw.placeholder('id'))),
)
export const findPartner = async (db: Database, id: string) => (await byId(db, { id }))[0]

export const listPartnerMembers = query<{ partnerId: string }, { member: PartnerMember; user: User }>(
  'list_partner_members',
  ({ sql, t: { partnerMembers: m, users } }) =>
    sql
      .select({ member: m, user: users })
      .from(m)
      .innerJoin(users, eq(users.userId, m.userId))
      .where(eq(m.partnerId, raw.placeholder('partnerId')))
      .orderBy(m.createdAt),
)

export const insertPartner = statement<Partner>('insert_partner', ({ sql, t }) =>
  sql.insert(t.partners).values(rowPlaceholders(t.partners)),
)
export const insertPartnerMember = statement<PartnerMember>('insert_partner_member', ({ sql, t }) =>
  sql.insert(t.partnerMembers).values(rowPlaceholders(t.partnerMembers)),
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

const tenantMemberOf = query<{ userId: string }, TenantMember>('find_tenant_member', ({ sql, t }) =>
  sql
    .select()
    .from(t.tenantMembers)
    .where(eq(t.tenantMembers.userId, raw.placeholder('userId'))),
)
export const findTenantMember = async (db: Database, userId: string) => (await tenantMemberOf(db, { userId }))[0]

export const listTenantMembers = query<Record<never, never>, { member: TenantMember; user: User }>(
  'list_tenant_members',
  ({ sql, t: { tenantMembers: m, users } }) =>
    sql.select({ member: m, user: users }).from(m).innerJoin(users, eq(users.userId, m.userId)).orderBy(m.createdAt),
)
export const insertTenantMember = statement<TenantMember>('insert_tenant_member', ({ sql, t }) =>
  sql.insert(t.tenantMembers).values(rowPlaceholders(t.tenantMembers)).onConflictDoNothing(),
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
