import { isNotNull } from 'drizzle-orm'
import type { ColumnKit } from '../columns'
import type { connectionTables } from './connections'

/** What a connection says of a person; absent members are null. */
export type IdentityProfile = {
  email: string | null
  emailVerified: boolean
  name: string
  nickname: string | null
  givenName: string | null
  familyName: string | null
  picture: string | null
  locale: string | null
}

export function userTables(c: ColumnKit, { connections }: ReturnType<typeof connectionTables>) {
  const users = c.table(
    'users',
    {
      /** The subject: `auth0|` and 24 hexadecimal digits for people of a database connection. */
      userId: c.text().primaryKey(),
      email: c.text(),
      emailVerified: c.bool().notNull(),
      name: c.text().notNull(),
      nickname: c.text(),
      givenName: c.text(),
      familyName: c.text(),
      picture: c.text(),
      locale: c.text(),
      userMetadata: c.json<Record<string, unknown>>(),
      appMetadata: c.json<Record<string, unknown>>(),
      blockedAt: c.time(),
      passwordChangedAt: c.time(),
      /** How often all that they were signed in with has ended: what is begun under an earlier number is not stored. */
      credentialEpoch: c.int().notNull().default(0),
      lastLoginAt: c.time(),
      lastIp: c.text(),
      loginsCount: c.int().notNull(),
      createdAt: c.time().notNull(),
      updatedAt: c.time().notNull(),
    },
    (t) => [
      c.textIndex('users_email', t.email),
      c.textIndex('users_name', t.name),
      c.textIndex('users_nickname', t.nickname),
      c.textIndex('users_given_name', t.givenName),
      c.textIndex('users_family_name', t.familyName),
      c.index('users_name_order').on(t.name, t.userId),
      c.index('users_created_at').on(t.createdAt, t.userId),
      c.index('users_updated_at').on(t.updatedAt, t.userId),
      c.index('users_last_login_at').on(t.lastLoginAt),
      c.index('users_logins_count').on(t.loginsCount, t.userId),
      // Of the blocked only: whoever asks for the others asks for nearly all.
      c.index('users_blocked_at').on(t.blockedAt).where(isNotNull(t.blockedAt)),
      c.index('users_email_verified').on(t.emailVerified, t.createdAt),
    ],
  )

  /** How a person is known to one connection. */
  const identities = c.table(
    'identities',
    {
      id: c.text().primaryKey(),
      userId: c
        .text()
        .notNull()
        .references(() => users.userId, { onDelete: 'cascade' }),
      connectionId: c
        .text()
        .notNull()
        .references(() => connections.id, { onDelete: 'cascade' }),
      provider: c.text().notNull(),
      /** The id at the provider, without the provider's prefix. */
      providerUserId: c.text().notNull(),
      /**
       * Who vouches for that id (`issuerOf`); null of a database, and of an identity from before it was kept, which is of
       * whom the connection names until that changes.
       */
      issuer: c.text(),
      /** What the person types to sign in, in lower case. */
      login: c.text(),
      /** Argon2id, encoded. */
      passwordHash: c.text(),
      /**
       * Of an identity that was linked to another account: what its connection says of the person. Null of the main one,
       * which the account has its id and its profile from.
       */
      profile: c.json<IdentityProfile>(),
      /** When it was linked; null of the main one. What a query asks for: in JSON, null is a value. */
      linkedAt: c.time(),
      createdAt: c.time().notNull(),
    },
    (t) => [
      c.unique('identities_login').on(t.connectionId, t.login),
      c.unique('identities_provider_user').on(t.connectionId, t.providerUserId),
      c.index('identities_user').on(t.userId),
      c.index('identities_provider_user_id').on(t.providerUserId),
    ],
  )

  /** One-time links that are mailed or printed: the row holds a hash only. */
  const tickets = c.table(
    'tickets',
    {
      ticketHash: c.text().primaryKey(),
      purpose: c.text().$type<'verify-email' | 'reset-password' | 'owner-set-up' | 'confirm-session'>().notNull(),
      userId: c.text().references(() => users.userId, { onDelete: 'cascade' }),
      email: c.text(),
      /** Whether the link went to the address, so that whoever has it owns the address. */
      provesEmail: c.bool().notNull(),
      /** Where a program of the tenant has the person go on: with what came of the link in the query. */
      resultUrl: c.text(),
      /** Whether that address is told the person's e-mail address. */
      tellsEmail: c.bool().notNull(),
      /** The client to whose sign-in the person is offered to go on. */
      clientId: c.text(),
      createdAt: c.time().notNull(),
      expiresAt: c.time().notNull(),
      usedAt: c.time(),
    },
    (t) => [c.index('tickets_user').on(t.userId), c.index('tickets_expires').on(t.expiresAt)],
  )
  return { users, identities, tickets }
}
