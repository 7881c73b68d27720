import type { ColumnKit } from '../columns'
import type { clientTables } from './clients'
import type { userTables } from './users'

/** What every request for a person's leave has, as validated. */
type AuthorizationParameters = {
  audience?: string
  scope: string[]
  prompt: string[]
  max_age?: number
  login_hint?: string
  screen_hint?: string
  connection?: string
  ui_locales?: string
  acr_values?: string[]
  /** One of `acr_values` has to be reached, or the request fails (OpenID Connect Core §5.5.1.1). */
  acr_essential?: boolean
  /** The only subject that may answer: from `id_token_hint`, or a `claims` request for `sub`. */
  subject?: string
}

/** An authorization request that is answered at a callback (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1). */
export type RedirectedRequest = AuthorizationParameters & {
  response_type: string
  response_mode: 'query' | 'fragment' | 'form_post' | 'web_message'
  redirect_uri: string
  state?: string
  nonce?: string
  code_challenge?: string
  /** The thumbprint of the key that the code is bound to (RFC 9449 §10). */
  dpop_jkt?: string
  /** The hash of the pushed request that this one came by; it is used up with the answer (RFC 9126 §4). */
  pushed_request?: string
  device_code?: undefined
}

/** The request of a device, which asks for the answer itself; a person has typed its user code here (RFC 8628 §3.3). */
export type DeviceRequest = AuthorizationParameters & {
  /** SHA-256 of the device code. */
  device_code: string
  /** As it was typed: the person compares it with what the device shows. */
  user_code: string
  redirect_uri?: undefined
}

export type StoredAuthorizationRequest = RedirectedRequest | DeviceRequest

/** By what people know a client: its name, and the places that their answers go to. */
export type Presentation = { name: string; places: string[] }

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
      /** How the client looked when it was allowed, kept at the first change since; null while there was none. */
      presentedAs: c.json<Presentation>(),
    },
    (t) => [
      c.unique('grants_user_client_audience').on(t.userId, t.clientId, t.audience),
      c.index('grants_client').on(t.clientId, t.id),
      c.index('grants_audience').on(t.audience, t.id),
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
      nonce: c.text(),
      codeChallenge: c.text(),
      dpopJkt: c.text(),
      authTime: c.time().notNull(),
      amr: c.json<string[]>().notNull(),
      createdAt: c.time().notNull(),
      expiresAt: c.time().notNull(),
      redeemedAt: c.time(),
    },
    (t) => [c.index('authorization_codes_expires').on(t.expiresAt)],
  )
  /** Authorization requests that clients have handed in beforehand (RFC 9126). */
  const pushedRequests = c.table(
    'pushed_requests',
    {
      requestUriHash: c.text().primaryKey(),
      clientId: c
        .text()
        .notNull()
        .references(() => clients.clientId, { onDelete: 'cascade' }),
      params: c.json<Record<string, string>>().notNull(),
      createdAt: c.time().notNull(),
      expiresAt: c.time().notNull(),
      usedAt: c.time(),
    },
    (t) => [c.index('pushed_requests_expires').on(t.expiresAt)],
  )

  /** Requests of devices without a browser, which a person allows at another one (RFC 8628). */
  const deviceCodes = c.table(
    'device_codes',
    {
      deviceCodeHash: c.text().primaryKey(),
      /** SHA-256 of the user code without its hyphen. */
      userCodeHash: c.text().notNull(),
      clientId: c
        .text()
        .notNull()
        .references(() => clients.clientId, { onDelete: 'cascade' }),
      audience: c.text(),
      scope: c.json<string[]>().notNull(),
      /** Seconds between two polls; grows when the device is too fast (RFC 8628 §3.5). */
      interval: c.int().notNull(),
      lastPolledAt: c.time(),
      createdAt: c.time().notNull(),
      expiresAt: c.time().notNull(),
      /** Where the device asked from, for the person to recognise it. */
      ip: c.text(),
      userAgent: c.text(),
      allowedBy: c.text(),
      allowedScope: c.json<string[]>(),
      allowedAt: c.time(),
      grantId: c.text(),
      /** Where the person who allowed it had signed in. */
      connectionId: c.text(),
      authTime: c.time(),
      amr: c.json<string[]>(),
      deniedAt: c.time(),
      redeemedAt: c.time(),
      /** The family of the tokens that it buys. */
      familyId: c.text().notNull(),
    },
    (t) => [c.unique('device_codes_user_code').on(t.userCodeHash), c.index('device_codes_expires').on(t.expiresAt)],
  )
  return { grants, authorizationRequests, authorizationCodes, pushedRequests, deviceCodes }
}
