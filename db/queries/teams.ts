/** Who works together: an organization's people, and the tenant's own. Where both are meant, a null id is the tenant's. */
import { and, eq, exists, gt, isNull, ne, or, sql as raw } from 'drizzle-orm'
import { type Database, type Handle, query, statement, write } from '../database'
import type { Partner } from './partners'
import { rowPlaceholders } from './placeholders'
import type { User } from './users'

export type PartnerMember = Handle['t']['partnerMembers']['$inferSelect']
export type TenantMember = Handle['t']['tenantMembers']['$inferSelect']
export type Invitation = Handle['t']['invitations']['$inferSelect']
export type MemberRole = Invitation['role']

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
export const insertPartnerMember = statement<PartnerMember>('insert_partner_member', ({ sql, t }) =>
  sql.insert(t.partnerMembers).values(rowPlaceholders(t.partnerMembers)),
)

/** Of either team. */
export const insertMember = (
  partnerId: string | null,
  { userId, role, createdAt }: { userId: string; role: MemberRole; createdAt: number },
) =>
  partnerId === null
    ? insertTenantMember({ userId, role: role as TenantMember['role'], createdAt })
    : insertPartnerMember({ partnerId, userId, role: role as PartnerMember['role'], createdAt })

const membersOf = (t: Handle['t'], partnerId: string | null) =>
  partnerId === null
    ? { members: t.tenantMembers, are: undefined }
    : { members: t.partnerMembers, are: eq(t.partnerMembers.partnerId, partnerId) }

/** Touches no row where the person is none of the team, or has the role. */
export const setMemberRole = (partnerId: string | null, userId: string, role: MemberRole) =>
  write(({ sql, t }) => {
    const { members, are } = membersOf(t, partnerId)
    return sql
      .update(members)
      .set({ role })
      .where(and(are, eq(members.userId, userId), ne(members.role, role)))
  })

/** Touches no row where the person is none of the team. */
export const deleteMember = (partnerId: string | null, userId: string) =>
  write(({ sql, t }) => {
    const { members, are } = membersOf(t, partnerId)
    return sql.delete(members).where(and(are, eq(members.userId, userId)))
  })

const isOfTeam = ({ invitations: i }: Handle['t'], partnerId: string | null) =>
  partnerId === null ? isNull(i.partnerId) : eq(i.partnerId, partnerId)

/** The oldest first, those that have expired among them. */
export const listInvitations = (db: Database, partnerId: string | null): Promise<Invitation[]> => {
  const { sql, t } = db.handle
  return sql.select().from(t.invitations).where(isOfTeam(t, partnerId)).orderBy(t.invitations.createdAt)
}

/** What an invitation rests on: whoever made it is an owner of the team, or of the tenant, to this day, or a program that works. */
const mayStillInvite = ({ sql, t }: Handle) => {
  const { invitations: i, partnerMembers: p, tenantMembers: m, users, clients } = t
  const isInviter = and(eq(users.userId, i.inviterId), isNull(users.blockedAt))
  const ownerOfTeam = sql
    .select({ id: p.userId })
    .from(p)
    .innerJoin(users, eq(users.userId, p.userId))
    .where(and(isInviter, eq(p.partnerId, i.partnerId), eq(p.role, 'owner')))
  const ownerOfTenant = sql
    .select({ id: m.userId })
    .from(m)
    .innerJoin(users, eq(users.userId, m.userId))
    .where(and(isInviter, eq(m.role, 'owner')))
  const program = sql
    .select({ id: clients.clientId })
    .from(clients)
    .where(and(eq(clients.clientId, i.inviterId), isNull(clients.suspendedAt)))
  return or(isNull(i.inviterId), exists(ownerOfTeam), exists(ownerOfTenant), exists(program))
}

const byTicket = query<{ ticketHash: string; now: number }, Invitation>('find_invitation', (handle) => {
  const { invitations: i } = handle.t
  return handle.sql
    .select()
    .from(i)
    .where(
      and(
        eq(i.ticketHash, raw.placeholder('ticketHash')),
        gt(i.expiresAt, raw.placeholder('now')),
        mayStillInvite(handle),
      ),
    )
})
/** An invitation that works. */
export const findInvitation = async (db: Database, ticketHash: string, now: number) =>
  (await byTicket(db, { ticketHash, now }))[0]

export const insertInvitation = statement<Invitation>('insert_invitation', ({ sql, t }) =>
  sql.insert(t.invitations).values(rowPlaceholders(t.invitations)),
)

/** Uses an invitation up; touches no row when it was used or taken back, has expired, or its giver may not invite any more. */
export const redeemInvitation = (ticketHash: string, at: number) =>
  write((handle) => {
    const { invitations: i } = handle.t
    return handle.sql.delete(i).where(and(eq(i.ticketHash, ticketHash), gt(i.expiresAt, at), mayStillInvite(handle)))
  })

/** Ends what somebody has invited others to. */
export const deleteInvitationsBy = (inviterId: string) =>
  write(({ sql, t }) => sql.delete(t.invitations).where(eq(t.invitations.inviterId, inviterId)))

/** Takes an invitation back; touches no row where the team has none of this id. */
export const deleteInvitation = (partnerId: string | null, id: string) =>
  write(({ sql, t }) => sql.delete(t.invitations).where(and(isOfTeam(t, partnerId), eq(t.invitations.id, id))))

/** Takes back what a team has sent to an address: only the newest link works. */
export const deleteInvitationsTo = (partnerId: string | null, email: string) =>
  write(({ sql, t }) => sql.delete(t.invitations).where(and(isOfTeam(t, partnerId), eq(t.invitations.email, email))))
