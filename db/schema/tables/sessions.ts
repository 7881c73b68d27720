import type { ColumnKit } from '../columns'
import type { userTables } from './users'

export type Area = 'account' | 'portal' | 'admin'

export function sessionTables(c: ColumnKit, { users }: ReturnType<typeof userTables>) {
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
      ip: c.text(),
      userAgent: c.text(),
    },
    (t) => [c.unique('sessions_token').on(t.tokenHash), c.index('sessions_user').on(t.userId)],
  )
  return { sessions }
}
