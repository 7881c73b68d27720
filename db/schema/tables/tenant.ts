import type { ColumnKit } from '../columns'

export type TenantFlags = {
  enable_client_connections: boolean
  enable_dynamic_client_registration: boolean
  use_scope_descriptions_for_consent: boolean
  /** Whether `/dbconnections/signup` tells that an address has an account. */
  enable_public_signup_user_exists_error: boolean
  /** Whether a client that revokes a refresh token gives up what the person has allowed it. */
  revoke_refresh_token_grant: boolean
}

/** How the codes look that people type for a device: `*` stands for a character of the set. */
export type DeviceFlow = { charset: 'base20' | 'digits'; mask: string }

/** How the pages look at which end users sign in; colours as `#rrggbb`. */
export type Branding = {
  colors?: { primary?: string; page_background?: string }
  favicon_url?: string
  logo_url?: string
  font?: { url: string }
}

/** What many wrong passwords for one account lead to. */
export type BruteForceProtection = {
  enabled: boolean
  shields: ('block' | 'user_notification')[]
  /** Addresses and networks that are not counted. */
  allowlist: string[]
  mode: 'count_per_identifier' | 'count_per_identifier_and_ip'
  max_attempts: number
}

/** So many attempts at once, and another each `rate` milliseconds. */
export type AttemptRate = { max_attempts: number; rate: number }

/** What many attempts from one network lead to. */
export type SuspiciousIpThrottling = {
  enabled: boolean
  shields: 'block'[]
  allowlist: string[]
  stage: { 'pre-login': AttemptRate; 'pre-user-registration': AttemptRate }
}

/** What a sign-in with a password leads to that is on the list of leaked ones. */
export type BreachedPasswordDetection = { enabled: boolean; shields: ('block' | 'user_notification')[] }

export function tenantTables(c: ColumnKit) {
  /** One row, `id = 'tenant'`. */
  const tenantSettings = c.table('tenant_settings', {
    id: c.text().primaryKey(),
    /** That of the last start; null before one has noted it. */
    issuer: c.text(),
    /** Those of before, and when each was given up. */
    formerIssuers: c.json<{ issuer: string; changedAt: number }[]>(),
    /** For how long what was named after a former issuer is accepted. */
    formerIssuerDays: c.int().notNull().default(30),
    friendlyName: c.text().notNull(),
    pictureUrl: c.text(),
    supportEmail: c.text(),
    supportUrl: c.text(),
    defaultAudience: c.text(),
    defaultDirectory: c.text(),
    allowedLogoutUrls: c.json<string[]>().notNull(),
    /** Hours. */
    sessionLifetime: c.int().notNull(),
    /** Hours. */
    idleSessionLifetime: c.int().notNull(),
    defaultThirdPartySecurityMode: c.text().$type<'permissive' | 'strict'>().notNull(),
    /** Whether codes of confidential third-party clients need a challenge (RFC 7636), unless the client's row says. */
    thirdPartyPkceRequired: c.bool().notNull().default(true),
    /** Who may register clients where `enable_dynamic_client_registration` is set: everybody, or a holder of an initial access token. */
    registration: c.text().$type<'token' | 'open'>().notNull(),
    /** Whether a client that registered itself works at once, shown as not reviewed, or for nobody until it is approved. */
    registeredClientsAre: c.text().$type<'development' | 'pending'>().notNull(),
    /** The hosts whose client metadata documents are taken; `*` for any, empty for none. */
    clientMetadataHosts: c.json<string[]>().notNull(),
    flags: c.json<TenantFlags>().notNull(),
    deviceFlow: c.json<DeviceFlow>().notNull(),
    sessionCookieMode: c.text().$type<'persistent' | 'non-persistent'>().notNull(),
    /** Whether a page asks before somebody is signed out whom the app does not name. */
    asksBeforeLogout: c.bool().notNull(),
    /** Whether the metadata names the logout endpoint. */
    publishesLogoutEndpoint: c.bool().notNull(),
    /** The tenant's own page for refusals that cannot go back to a client. */
    errorPageUrl: c.text(),
    branding: c.json<Branding>().notNull(),
    bruteForceProtection: c.json<BruteForceProtection>().notNull(),
    suspiciousIpThrottling: c.json<SuspiciousIpThrottling>().notNull(),
    breachedPasswordDetection: c.json<BreachedPasswordDetection>().notNull(),
    createdAt: c.time().notNull(),
    updatedAt: c.time().notNull(),
  })
  /** Texts of the pages of end users that the tenant has put in place of the program's: `screen` to `key` to text. */
  const customTexts = c.table(
    'custom_texts',
    {
      prompt: c.text().notNull(),
      language: c.text().notNull(),
      texts: c.json<Record<string, Record<string, string>>>().notNull(),
      updatedAt: c.time().notNull(),
    },
    (t) => [c.primaryKey({ name: 'custom_texts_key', columns: [t.prompt, t.language] })],
  )
  /** Mails that the tenant has written in place of the program's. */
  const emailTemplates = c.table('email_templates', {
    template: c.text().primaryKey(),
    from: c.text(),
    subject: c.text().notNull(),
    /** In Liquid, HTML. */
    body: c.text().notNull(),
    /** How long the link of the mail works; the program's own time where it is not set. */
    urlLifetimeInSeconds: c.int(),
    enabled: c.bool().notNull(),
    updatedAt: c.time().notNull(),
  })
  return { tenantSettings, customTexts, emailTemplates }
}
