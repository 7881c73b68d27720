import type { ColumnKit } from '../columns'
import type { clientTables } from './clients'
import type { userTables } from './users'

export function authenticatorTables(
  c: ColumnKit,
  { clients }: ReturnType<typeof clientTables>,
  { users }: ReturnType<typeof userTables>,
) {
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
      encryptedSecret: c.ciphertext().notNull(),
      /** SHA-256 of the visitor cookie of the browser that was shown the seed: no other one is. */
      visitorHash: c.text().notNull(),
      /** The last time step that was accepted: a code works once (RFC 6238 §5.2). */
      lastStep: c.int(),
      confirmedAt: c.time(),
      lastUsedAt: c.time(),
      createdAt: c.time().notNull(),
    },
    // That a person has one confirmed at most, an index of migration 0001 holds, which first removes what was more.
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

  /** A password was right and the second factor is still missing: what goes on from there, once. */
  const mfaTokens = c.table(
    'mfa_tokens',
    {
      tokenHash: c.text().primaryKey(),
      userId: c
        .text()
        .notNull()
        .references(() => users.userId, { onDelete: 'cascade' }),
      connectionId: c.text().notNull(),
      /** The client that sent the password; null where the person typed it at a page of ours. */
      clientId: c.text().references(() => clients.clientId, { onDelete: 'cascade' }),
      /** What the client asked for. */
      audience: c.text(),
      scope: c.json<string[]>().notNull(),
      createdAt: c.time().notNull(),
      expiresAt: c.time().notNull(),
      usedAt: c.time(),
    },
    (t) => [c.index('mfa_tokens_expires').on(t.expiresAt)],
  )
  return { authenticators, recoveryCodes, mfaTokens }
}
