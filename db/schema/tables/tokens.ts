import type { ColumnKit } from '../columns'
import type { clientTables } from './clients'
import type { userTables } from './users'

export function tokenTables(
  c: ColumnKit,
  { clients }: ReturnType<typeof clientTables>,
  { users }: ReturnType<typeof userTables>,
) {
  /** All tokens that stem from one act of authorization; they end together. */
  const tokenFamilies = c.table(
    'token_families',
    {
      id: c.text().primaryKey(),
      clientId: c
        .text()
        .notNull()
        .references(() => clients.clientId, { onDelete: 'cascade' }),
      userId: c
        .text()
        .notNull()
        .references(() => users.userId, { onDelete: 'cascade' }),
      grantId: c.text(),
      sessionId: c.text(),
      /** Where the person signed in for it: what the connection may no longer be used for, nothing of it is either. */
      connectionId: c.text(),
      audience: c.text(),
      scope: c.json<string[]>().notNull(),
      authTime: c.time().notNull(),
      amr: c.json<string[]>().notNull(),
      /** The thumbprint of the key that its refresh tokens are bound to: those of public clients (RFC 9449 §5). */
      dpopJkt: c.text(),
      /** The registered device whose key that is: its tokens end with it. */
      deviceCredentialId: c.text(),
      createdAt: c.time().notNull(),
      lastUsedAt: c.time().notNull(),
      revokedAt: c.time(),
      /** What programs of the tenant have noted. */
      metadata: c.json<Record<string, string>>(),
    },
    (t) => [
      c.index('token_families_user_client').on(t.userId, t.clientId),
      c.index('token_families_client').on(t.clientId, t.id),
      c.sparseIndex('token_families_grant', t.grantId),
      c.sparseIndex('token_families_session', t.sessionId),
      c.sparseIndex('token_families_connection', t.connectionId),
      c.sparseIndex('token_families_device', t.deviceCredentialId),
    ],
  )

  /** Keys of devices that act for a person with one client: who has the key continues the person's tokens there. */
  const deviceCredentials = c.table(
    'device_credentials',
    {
      id: c.text().primaryKey(),
      userId: c
        .text()
        .notNull()
        .references(() => users.userId, { onDelete: 'cascade' }),
      clientId: c
        .text()
        .notNull()
        .references(() => clients.clientId, { onDelete: 'cascade' }),
      deviceId: c.text().notNull(),
      deviceName: c.text().notNull(),
      publicJwk: c.json<Record<string, unknown>>().notNull(),
      /** RFC 7638 thumbprint of the key. */
      jkt: c.text().notNull(),
      createdAt: c.time().notNull(),
      lastUsedAt: c.time(),
    },
    (t) => [
      c.unique('device_credentials_device').on(t.userId, t.clientId, t.deviceId),
      c.index('device_credentials_client').on(t.clientId, t.id),
      c.unique('device_credentials_key').on(t.userId, t.clientId, t.jkt),
    ],
  )

  const refreshTokens = c.table(
    'refresh_tokens',
    {
      tokenHash: c.text().primaryKey(),
      familyId: c
        .text()
        .notNull()
        .references(() => tokenFamilies.id, { onDelete: 'cascade' }),
      createdAt: c.time().notNull(),
      /** The end whatever happens; null for a token that lives until it is revoked. */
      expiresAt: c.time(),
      /** The end if it is not used before. */
      idleExpiresAt: c.time(),
      /** When its successor was made. */
      rotatedAt: c.time(),
    },
    (t) => [c.index('refresh_tokens_family').on(t.familyId)],
  )

  /** Opaque access tokens: those of no API but `/userinfo`. */
  const accessTokens = c.table(
    'access_tokens',
    {
      tokenHash: c.text().primaryKey(),
      familyId: c
        .text()
        .notNull()
        .references(() => tokenFamilies.id, { onDelete: 'cascade' }),
      scope: c.json<string[]>().notNull(),
      dpopJkt: c.text(),
      createdAt: c.time().notNull(),
      expiresAt: c.time().notNull(),
    },
    (t) => [c.index('access_tokens_family').on(t.familyId), c.index('access_tokens_expires').on(t.expiresAt)],
  )
  /** The ids of assertions and proofs that were taken: each works once (RFC 7523 §3, RFC 9449 §11.1). */
  const usedTokenIds = c.table(
    'used_token_ids',
    {
      /** SHA-256 of what kind it was, of whom, and its `jti`. */
      id: c.text().primaryKey(),
      expiresAt: c.time().notNull(),
    },
    (t) => [c.index('used_token_ids_expires').on(t.expiresAt)],
  )
  return { tokenFamilies, deviceCredentials, refreshTokens, accessTokens, usedTokenIds }
}
