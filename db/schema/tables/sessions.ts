import type { ColumnKit } from '../columns'
import type { clientTables } from './clients'
import type { userTables } from './users'

export type Area = 'account' | 'portal' | 'admin'

export function sessionTables(
  c: ColumnKit,
  { clients }: ReturnType<typeof clientTables>,
  { users }: ReturnType<typeof userTables>,
) {
  const sessions = c.table(
    'sessions',
    {
      /** Public; the `sid` claim. */
      id: c.text().primaryKey(),
      /** SHA-256 of what the cookie holds. */
      tokenHash: c.text().notNull(),
      area: c.text().$type<Area>().notNull(),
      userId: c
        .text()
        .notNull()
        .references(() => users.userId, { onDelete: 'cascade' }),
      connectionId: c.text().notNull(),
      /** RFC 8176 values. */
      amr: c.json<string[]>().notNull(),
      /** When the person last proved who they are. */
      authenticatedAt: c.time().notNull(),
      createdAt: c.time().notNull(),
      lastSeenAt: c.time().notNull(),
      expiresAt: c.time().notNull(),
      endedAt: c.time(),
      /** When the clients that got tokens in it were put down to be told that it ended. */
      logoutQueuedAt: c.time(),
      ip: c.text(),
      userAgent: c.text(),
      /** What programs of the tenant have noted. */
      metadata: c.json<Record<string, string>>(),
    },
    (t) => [
      c.unique('sessions_token').on(t.tokenHash),
      c.index('sessions_user').on(t.userId),
      c.index('sessions_expires').on(t.expiresAt),
      c.index('sessions_logout').on(t.logoutQueuedAt, t.endedAt),
    ],
  )
  /** A password that was right on a page of the client's own: its browser turns it into a session here, once. */
  const loginTickets = c.table(
    'login_tickets',
    {
      ticketHash: c.text().primaryKey(),
      clientId: c
        .text()
        .notNull()
        .references(() => clients.clientId, { onDelete: 'cascade' }),
      userId: c
        .text()
        .notNull()
        .references(() => users.userId, { onDelete: 'cascade' }),
      connectionId: c.text().notNull(),
      /** SHA-256 of what the browser that typed the password holds in a cookie. */
      visitorHash: c.text().notNull(),
      createdAt: c.time().notNull(),
      expiresAt: c.time().notNull(),
      usedAt: c.time(),
    },
    (t) => [c.index('login_tickets_expires').on(t.expiresAt)],
  )

  /** Logout tokens that are still to be delivered (OpenID Connect Back-Channel Logout §2.5). */
  const logoutDeliveries = c.table(
    'logout_deliveries',
    {
      id: c.text().primaryKey(),
      clientId: c
        .text()
        .notNull()
        .references(() => clients.clientId, { onDelete: 'cascade' }),
      sessionId: c.text().notNull(),
      userId: c.text().notNull(),
      uri: c.text().notNull(),
      attempts: c.int().notNull(),
      nextAttemptAt: c.time().notNull(),
      lastError: c.text(),
      createdAt: c.time().notNull(),
      deliveredAt: c.time(),
    },
    (t) => [c.index('logout_deliveries_next').on(t.deliveredAt, t.nextAttemptAt)],
  )
  return { sessions, loginTickets, logoutDeliveries }
}
