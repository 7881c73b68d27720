import { sql } from 'drizzle-orm'
import type { ColumnKit } from '../columns'

export type AppType = 'regular_web' | 'spa' | 'native' | 'non_interactive'
export type TokenEndpointAuthMethod = 'none' | 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt'
export type IdTokenAlg = 'RS256' | 'HS256' | 'PS256'
/**
 * Who made a client: a member of the tenant or its programs, a partner in the portal, a program that registered itself, its
 * own document. `partner-api` is not an app: a partner's own program, which manages the partner's apps.
 */
export type ClientSource = 'tenant' | 'portal' | 'partner-api' | 'registration' | 'metadata-document'
/** What signs assertions and request objects of clients. */
export type ClientKeyAlg = 'RS256' | 'RS384' | 'RS512' | 'PS256' | 'ES256' | 'EdDSA'

/** Seconds; `leeway` is the time in which the token before the newest one is still taken. */
export type RefreshTokenSettings = {
  rotation_type: 'rotating' | 'non-rotating'
  expiration_type: 'expiring' | 'non-expiring'
  leeway: number
  token_lifetime: number
  idle_token_lifetime: number
  infinite_token_lifetime: boolean
  infinite_idle_token_lifetime: boolean
}

/** A scope that an app asks for, and what its maker gives as the reason; people read the reason on the consent page. */
export type ScopeRequest = { audience: string; scope: string; reason: string; required: boolean }

export function clientTables(c: ColumnKit) {
  /** What the authorization server obeys. For an app of a partner this is its approved version, before that its proposal. */
  const clients = c.table(
    'clients',
    {
      clientId: c.text().primaryKey(),
      name: c.text().notNull(),
      description: c.text(),
      appType: c.text().$type<AppType>(),
      isFirstParty: c.bool().notNull(),
      thirdPartySecurityMode: c.text().$type<'permissive' | 'strict'>(),
      /** Of a first-party client that was a third party's: the mode that it had, and has again when it is one again. */
      formerSecurityMode: c.text().$type<'permissive' | 'strict'>(),
      /** Null: confidential, and either transport of the secret is taken. */
      tokenEndpointAuthMethod: c.text().$type<TokenEndpointAuthMethod>(),
      callbacks: c.json<string[]>().notNull(),
      allowedLogoutUrls: c.json<string[]>().notNull(),
      webOrigins: c.json<string[]>().notNull(),
      /** Origins of pages that may call the server besides. */
      allowedOrigins: c.json<string[]>().notNull(),
      /** Where a logout token is sent when a session ends in which the client got tokens. */
      backchannelLogoutUris: c.json<string[]>().notNull(),
      initiateLoginUri: c.text(),
      grantTypes: c.json<string[]>().notNull(),
      idTokenAlg: c.text().$type<IdTokenAlg>().notNull(),
      /** Seconds. */
      idTokenLifetime: c.int().notNull(),
      refreshToken: c.json<RefreshTokenSettings>().notNull(),
      /** Where the client publishes its keys; the others stand in `client_keys`. */
      jwksUri: c.text(),
      requirePushedAuthorizationRequests: c.bool().notNull(),
      /** Requests come as request objects that a key of the client has signed (RFC 9101). */
      requireSignedRequestObject: c.bool().notNull(),
      /** Tokens are bound to a key of the client's (RFC 9449 §5.2). */
      dpopBoundAccessTokens: c.bool().notNull(),
      /** Whether a code needs a challenge (RFC 7636), where its kind has the choice; null: as the tenant says. */
      pkce: c.text().$type<'required' | 'optional'>(),
      /** May sign people in from its own pages (`/co/authenticate`). */
      crossOriginAuthentication: c.bool().notNull(),
      /** The API that the client serves, and whose tokens it may introspect. */
      resourceServerIdentifier: c.text(),
      logoUri: c.text(),
      homepageUri: c.text(),
      privacyPolicyUri: c.text(),
      termsUri: c.text(),
      clientMetadata: c.json<Record<string, string>>(),
      /** What programs keep with a client and nothing here obeys: given back as it came. */
      keptProperties: c.json<Record<string, unknown>>(),
      /** The ceiling of what the client may ask for, with the reasons; null where nobody set one. */
      scopeRequests: c.json<ScopeRequest[]>(),
      /** Who may use it: everyone, or only the team and the named testers of an app that is not approved. */
      availability: c.text().$type<'testers' | 'everyone'>().notNull(),
      source: c.text().$type<ClientSource>().notNull(),
      /** SHA-256 of what a registered client manages its own registration with (RFC 7592). */
      registrationTokenHash: c.text(),
      /** Of a client that its own document describes: until when what was read there counts, on every node. */
      documentFreshUntil: c.time(),
      /** When an owner approved a client that registered itself; people are warned of one that nobody has looked at. */
      reviewedAt: c.time(),
      suspendedAt: c.time(),
      createdAt: c.time().notNull(),
      updatedAt: c.time().notNull(),
    },
    (t) => [
      c.textIndex('clients_name', t.name),
      c.index('clients_created_at').on(t.createdAt, t.clientId),
      // A third-party client has a security mode, a first-party one has none: no row can stand between the two.
      c.check('clients_party', sql`(${t.isFirstParty}) = (${t.thirdPartySecurityMode} is null)`),
      // HS256 is keyed by the client's secret, and a public client has none.
      c.check(
        'clients_public_id_token',
        sql`${t.tokenEndpointAuthMethod} is null or ${t.tokenEndpointAuthMethod} <> 'none' or ${t.idTokenAlg} <> 'HS256'`,
      ),
    ],
  )

  const clientSecrets = c.table(
    'client_secrets',
    {
      id: c.text().primaryKey(),
      clientId: c
        .text()
        .notNull()
        .references(() => clients.clientId, { onDelete: 'cascade' }),
      /** SHA-256, base64url. */
      secretHash: c.text().notNull(),
      /** The secret itself, encrypted: an HS256 ID token is keyed by it. */
      encryptedSecret: c.ciphertext().notNull(),
      /** The last four characters, for people to tell two secrets apart. */
      hint: c.text().notNull(),
      createdAt: c.time().notNull(),
      lastUsedAt: c.time(),
      /** Set when a newer secret took over: the end of the overlap. */
      expiresAt: c.time(),
      retiredAt: c.time(),
    },
    (t) => [c.index('client_secrets_client').on(t.clientId)],
  )

  /** The origins whose pages may call the server for a client, where one lookup finds them. */
  const clientOrigins = c.table(
    'client_origins',
    {
      origin: c.text().notNull(),
      clientId: c
        .text()
        .notNull()
        .references(() => clients.clientId, { onDelete: 'cascade' }),
    },
    (t) => [c.primaryKey({ columns: [t.origin, t.clientId] }), c.index('client_origins_client').on(t.clientId)],
  )

  /** The public keys that a client proves itself with (OpenID Connect Core §9 `private_key_jwt`). */
  const clientKeys = c.table(
    'client_keys',
    {
      id: c.text().primaryKey(),
      clientId: c
        .text()
        .notNull()
        .references(() => clients.clientId, { onDelete: 'cascade' }),
      name: c.text().notNull(),
      kid: c.text().notNull(),
      alg: c.text().$type<ClientKeyAlg>().notNull(),
      publicJwk: c.json<Record<string, unknown>>().notNull(),
      /** Whether what it has signed is taken. */
      enabled: c.bool().notNull(),
      createdAt: c.time().notNull(),
      updatedAt: c.time().notNull(),
      lastUsedAt: c.time(),
      expiresAt: c.time(),
    },
    (t) => [c.unique('client_keys_kid').on(t.clientId, t.kid)],
  )

  /** What a client may have of an API, in its own name (RFC 6749 §4.4) or with a user. */
  const clientGrants = c.table(
    'client_grants',
    {
      id: c.text().primaryKey(),
      clientId: c
        .text()
        .notNull()
        .references(() => clients.clientId, { onDelete: 'cascade' }),
      audience: c.text().notNull(),
      subjectType: c.text().$type<'client' | 'user'>().notNull(),
      scope: c.json<string[]>().notNull(),
      createdAt: c.time().notNull(),
      /** When its scope was given; 0 where that was at its making. */
      updatedAt: c.time().notNull().default(0),
    },
    (t) => [
      c.unique('client_grants_client_audience').on(t.clientId, t.audience, t.subjectType),
      c.index('client_grants_created_at').on(t.createdAt, t.id),
    ],
  )

  /** Lets a program register clients, so and so many, until a day (RFC 7591 §3). */
  const initialAccessTokens = c.table(
    'initial_access_tokens',
    {
      id: c.text().primaryKey(),
      tokenHash: c.text().notNull(),
      label: c.text().notNull(),
      quota: c.int().notNull(),
      used: c.int().notNull(),
      createdAt: c.time().notNull(),
      expiresAt: c.time().notNull(),
      revokedAt: c.time(),
    },
    (t) => [
      c.unique('initial_access_tokens_token').on(t.tokenHash),
      c.index('initial_access_tokens_created_at').on(t.createdAt, t.id),
    ],
  )

  /** Requests of an app that were refused: what its makers look up behind an `error_uri`. */
  const refusals = c.table(
    'refusals',
    {
      id: c.text().primaryKey(),
      clientId: c
        .text()
        .notNull()
        .references(() => clients.clientId, { onDelete: 'cascade' }),
      at: c.time().notNull(),
      endpoint: c.text().notNull(),
      error: c.text().notNull(),
      description: c.text().notNull(),
      /** What the answer did not tell, because it could have gone to somebody else. */
      detail: c.text(),
      sent: c.json<Record<string, string>>().notNull(),
      registered: c.json<Record<string, string[]>>().notNull(),
    },
    (t) => [c.index('refusals_client').on(t.clientId, t.at), c.index('refusals_at').on(t.at)],
  )

  return { clients, clientOrigins, clientSecrets, clientKeys, clientGrants, initialAccessTokens, refusals }
}
