import type { ColumnKit } from '../columns'
import type { userTables } from './users'

export function authenticatorTables(c: ColumnKit, { users }: ReturnType<typeof userTables>) {
  const authenticators = c.table(
    'authenticators',
    {
      id: c.text().primaryKey(),
      userId: c
        .text()
        .notNull()
        .references(() => users.userId, { onDelete: 'cascade' }),
      type: c.text().$type<'otp'>().notNull(),
      name: c.text().notNull(),
      encryptedSecret: c.text().notNull(),
      /** The last time step that was accepted: a code works once (RFC 6238 §5.2). */
      lastStep: c.int(),
      confirmedAt: c.time(),
      lastUsedAt: c.time(),
      createdAt: c.time().notNull(),
    },
    (t) => [c.index('authenticators_user').on(t.userId)],
  )

  const recoveryCodes = c.table(
    'recovery_codes',
    {
      codeHash: c.text().primaryKey(),
      userId: c
        .text()
        .notNull()
        .references(() => users.userId, { onDelete: 'cascade' }),
      createdAt: c.time().notNull(),
      usedAt: c.time(),
    },
    (t) => [c.index('recovery_codes_user').on(t.userId)],
  )
  return { authenticators, recoveryCodes }
}
