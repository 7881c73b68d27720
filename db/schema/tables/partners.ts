import type { ColumnKit } from '../columns'
import type { userTables } from './users'

export type PartnerRole = 'owner' | 'developer'
export type TenantRole = 'owner' | 'reviewer'

export function partnerTables(c: ColumnKit, { users }: ReturnType<typeof userTables>) {
  /** An outside organization that makes apps. */
  const partners = c.table(
    'partners',
    {
      id: c.text().primaryKey(),
      name: c.text().notNull(),
      websiteUri: c.text(),
      suspendedAt: c.time(),
      createdAt: c.time().notNull(),
      updatedAt: c.time().notNull(),
    },
    (t) => [c.index('partners_created_at').on(t.createdAt, t.id)],
  )

  const partnerMembers = c.table(
    'partner_members',
    {
      partnerId: c
        .text()
        .notNull()
        .references(() => partners.id, { onDelete: 'cascade' }),
      userId: c
        .text()
        .notNull()
        .references(() => users.userId, { onDelete: 'cascade' }),
      role: c.text().$type<PartnerRole>().notNull(),
      createdAt: c.time().notNull(),
    },
    (t) => [
      c.primaryKey({ name: 'partner_members_key', columns: [t.partnerId, t.userId] }),
      c.unique('partner_members_user').on(t.userId),
    ],
  )

  /** Who may enter the admin area. */
  const tenantMembers = c.table('tenant_members', {
    userId: c
      .text()
      .primaryKey()
      .references(() => users.userId, { onDelete: 'cascade' }),
    role: c.text().$type<TenantRole>().notNull(),
    createdAt: c.time().notNull(),
  })

  /** Who is asked to join a team, by a link that is mailed. The row goes when they do, or when it is taken back. */
  const invitations = c.table(
    'invitations',
    {
      id: c.text().primaryKey(),
      ticketHash: c.text().notNull(),
      /** The organization; null for the tenant's own team. */
      partnerId: c.text().references(() => partners.id, { onDelete: 'cascade' }),
      email: c.text().notNull(),
      role: c.text().$type<PartnerRole | TenantRole>().notNull(),
      /** The member or program whose right to invite it rests on; null where it is the operator's. */
      inviterId: c.text(),
      createdAt: c.time().notNull(),
      expiresAt: c.time().notNull(),
    },
    (t) => [
      c.unique('invitations_ticket').on(t.ticketHash),
      c.index('invitations_partner').on(t.partnerId, t.createdAt),
      c.index('invitations_inviter').on(t.inviterId),
    ],
  )
  return { partners, partnerMembers, tenantMembers, invitations }
}
