import type { ColumnKit } from '../columns'
import type { clientTables } from './clients'
import type { userTables } from './users'

/** The parameters of an authorization request, as validated (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1). */
export type StoredAuthorizationRequest = {
  response_type: string
  response_mode: 'query' | 'fragment' | 'form_post'
  redirect_uri: string
  state?: string
  nonce?: string
  audience?: string
  scope: string[]
  code_challenge?: string
  prompt: string[]
  max_age?: number
  login_hint?: string
  screen_hint?: string
  connection?: string
  ui_locales?: string
  acr_values?: string[]
}

export function grantTables(
  c: ColumnKit,
  { clients }: ReturnType<typeof clientTables>,
  { users }: ReturnType<typeof userTables>,
) {
  /** A user's consent: what one client may have of one audience. */
  const grants = c.table(
    'grants',
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
      audience: c.text().notNull(),
      scope: c.json<string[]>().notNull(),
      createdAt: c.time().notNull(),
      updatedAt: c.time().notNull(),
      lastUsedAt: c.time(),
    },
    (t) => [
      c.unique('grants_user_client_audience').on(t.userId, t.clientId, t.audience),
      c.index('grants_client').on(t.clientId),
    ],
  )

  /** An authorization request that waits for a person: to sign in, to consent. */
  const authorizationRequests = c.table(
    'authorization_requests',
    {
      id: c.text().primaryKey(),
      clientId: c
        .text()
        .notNull()
        .references(() => clients.clientId, { onDelete: 'cascade' }),
      params: c.json<StoredAuthorizationRequest>().notNull(),
      /** SHA-256 of the browser's visitor cookie: another browser cannot go on with it. */
      visitorHash: c.text().notNull(),
      /** The session that signed in for this request: what `prompt=login` and `max_age` ask for. */
      sessionId: c.text(),
      /** The scopes allowed at the consent page, and by whom. */
      consentedScope: c.json<string[]>(),
      consentedBy: c.text(),
      consentedAt: c.time(),
      deniedAt: c.time(),
      createdAt: c.time().notNull(),
      expiresAt: c.time().notNull(),
      completedAt: c.time(),
    },
    (t) => [c.index('authorization_requests_expires').on(t.expiresAt)],
  )

  const authorizationCodes = c.table(
    'authorization_codes',
    {
      codeHash: c.text().primaryKey(),
      clientId: c
        .text()
        .notNull()
        .references(() => clients.clientId, { onDelete: 'cascade' }),
      userId: c
        .text()
        .notNull()
        .references(() => users.userId, { onDelete: 'cascade' }),
      grantId: c.text(),
      sessionId: c.text().notNull(),
      /** The family of the tokens that it buys, so that a replay can end them (RFC 6749 §4.1.2). */
      familyId: c.text().notNull(),
      redirectUri: c.text().notNull(),
      audience: c.text(),
      scope: c.json<string[]>().notNull(),
      /** Whether the granted scope differs from the requested one, so that the answer has to say it. */
      scopeNarrowed: c.bool().notNull(),
      nonce: c.text(),
      codeChallenge: c.text(),
      authTime: c.time().notNull(),
      amr: c.json<string[]>().notNull(),
      createdAt: c.time().notNull(),
      expiresAt: c.time().notNull(),
      redeemedAt: c.time(),
    },
    (t) => [c.index('authorization_codes_expires').on(t.expiresAt)],
  )
  return { grants, authorizationRequests, authorizationCodes }
}
