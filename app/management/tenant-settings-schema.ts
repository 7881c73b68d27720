/** The tenant's settings on the wire. */
import { z } from 'zod'
import { supportedAcrValues } from '~/domain/sessions/acr'
import { friendlyName, logoutUrl, userCodeMask, webAddress } from '~/domain/tenant/tenant-fields'
import type { SettingsChange } from '~/domain/tenant/update-settings'
import { emailAddress } from '~/domain/users/user-fields'
import { sameSet } from '~/platform/sets'
import { webPage } from '~/platform/web-address'
import type { TenantSettings } from '~db/queries/tenant'
import { removable, withoutUnset } from './fields'

/** Flags of Auth0's that have one value here. Bodies may say it, as programs send back what they have read. */
const FIXED_FLAGS = {
  allow_changing_enable_sso: false,
  allow_legacy_delegation_grant_types: false,
  allow_legacy_ro_grant_types: false,
  allow_legacy_tokeninfo_endpoint: false,
  change_pwd_flow_v1: false,
  disable_clickjack_protection_headers: false,
  disable_impersonation: true,
  enable_apis_section: true,
  enable_custom_domain_in_emails: false,
  enable_idtoken_api2: false,
  enable_legacy_logs_search_v2: false,
  enable_legacy_profile: false,
  enable_pipeline2: true,
  enable_sso: true,
  mfa_show_factor_list_on_enrollment: false,
  new_universal_login_experience_enabled: true,
  no_disclose_enterprise_connections: false,
  remove_alg_from_jwks: false,
  universal_login: true,
} as const

/** Settings of Auth0's that have one value here. */
const FIXED = {
  enabled_locales: ['en'],
  pushed_authorization_requests_supported: true,
  authorization_response_iss_parameter_supported: true,
  resource_parameter_profile: 'compatibility',
  customize_mfa_in_postlogin_action: false,
  allow_organization_name_in_authentication_api: false,
  mtls: { enable_endpoint_aliases: false },
  change_password: { enabled: false, html: '' },
  guardian_mfa_page: { enabled: false, html: '' },
} as const

const fixedFlags = z.object(
  Object.fromEntries(Object.entries(FIXED_FLAGS).map(([name, value]) => [name, z.literal(value)])) as {
    [Name in keyof typeof FIXED_FLAGS]: z.ZodLiteral<(typeof FIXED_FLAGS)[Name]>
  },
)

const flags = z.object({
  enable_client_connections: z.boolean(),
  enable_dynamic_client_registration: z.boolean(),
  use_scope_descriptions_for_consent: z.boolean(),
  enable_public_signup_user_exists_error: z.boolean(),
  revoke_refresh_token_grant: z.boolean(),
  ...fixedFlags.shape,
})

const ownPage = z.strictObject({ enabled: z.literal(false), html: z.literal('') })

const fixed = z.object({
  enabled_locales: z.tuple([z.literal('en')]),
  pushed_authorization_requests_supported: z.literal(true),
  authorization_response_iss_parameter_supported: z.literal(true),
  resource_parameter_profile: z.literal('compatibility'),
  customize_mfa_in_postlogin_action: z.literal(false),
  allow_organization_name_in_authentication_api: z.literal(false),
  mtls: z.strictObject({ enable_endpoint_aliases: z.literal(false) }),
  change_password: ownPage,
  guardian_mfa_page: ownPage,
})

const acrValues = z.array(z.string()).superRefine((given, ctx) => {
  if (!sameSet(given, supportedAcrValues)) ctx.addIssue(`The program knows ${supportedAcrValues.join(', ')}`)
})

const hours = z.int().min(1).max(8760).describe('Hours.')

/** Some tools say hours in minutes. */
const wholeHours = z
  .int()
  .min(60)
  .max(8760 * 60)
  .multipleOf(60, 'Use whole hours: a multiple of 60')
  .describe('Minutes, in place of the hours.')

const host = z
  .string()
  .max(253)
  .regex(/^(\*|[a-z0-9.-]+(:\d{1,5})?)$/, 'Write a host such as apps.example.com, or * for any')

/** What this program has beside Auth0's settings. */
const extensions = {
  third_party_pkce_required: z
    .boolean()
    .describe(
      'Extension: whether PKCE is required of permissive third-party clients with a secret or a key, unless require_pkce of the client says.',
    ),
  registration: z
    .enum(['open', 'token'])
    .describe('Extension: who may register clients: everybody, or who has a token.'),
  registered_clients_are: z
    .enum(['development', 'pending'])
    .describe('Extension: whether clients that registered themselves work before an owner approves them.'),
  former_issuer_days: z
    .int()
    .min(0)
    .max(3650)
    .describe('Extension: for how many days after a change of ISSUER its former audiences and tokens are accepted.'),
  client_metadata_hosts: z
    .array(host)
    .max(100)
    .describe('Extension: hosts whose client metadata documents are taken; `*` for any.'),
}

const shared = {
  ...extensions,
  session_lifetime: hours,
  idle_session_lifetime: hours,
  device_flow: z.strictObject({ charset: z.enum(['base20', 'digits']), mask: userCodeMask }),
  session_cookie: z.strictObject({ mode: z.enum(['persistent', 'non-persistent']) }),
  sessions: z.strictObject({ oidc_logout_prompt_enabled: z.boolean() }),
  oidc_logout: z.strictObject({ rp_logout_end_session_endpoint_discovery: z.boolean() }),
  dynamic_client_registration_security_mode: z.enum(['permissive', 'strict']),
  client_id_metadata_document_supported: z.boolean(),
  ...fixed.shape,
}

export const tenantSettings = z.object({
  friendly_name: z.string(),
  picture_url: z.string().optional(),
  support_email: z.string().optional(),
  support_url: z.string().optional(),
  default_audience: z.string().optional(),
  default_directory: z.string().optional(),
  allowed_logout_urls: z.array(z.string()),
  error_page: z.object({ url: z.string(), show_log_link: z.literal(false) }).optional(),
  acr_values_supported: z.array(z.string()),
  ...shared,
  flags,
})

const errorPage = z.strictObject({
  url: removable(webAddress).optional(),
  html: z.literal('').nullable().optional().describe('Pages of a tenant’s own are at its own address: use url.'),
  show_log_link: z.literal(false).optional(),
})

export const tenantSettingsBody = z
  .strictObject({
    friendly_name: friendlyName,
    picture_url: removable(webAddress),
    support_email: removable(emailAddress),
    support_url: removable(webPage(1000)),
    default_audience: removable(z.string().max(600)),
    default_directory: removable(z.string().max(200)),
    allowed_logout_urls: z.array(logoutUrl).max(100),
    error_page: errorPage.nullable(),
    acr_values_supported: acrValues,
    ...shared,
    session_lifetime_in_minutes: wholeHours,
    idle_session_lifetime_in_minutes: wholeHours,
    device_flow: shared.device_flow.partial(),
    flags: flags.partial().strict(),
  })
  .partial()

const hoursOf = (minutes: number | undefined) => (minutes === undefined ? undefined : minutes / 60)

/** What a body changes of the settings there are: members of an object one by one. */
export function changeOf(body: z.output<typeof tenantSettingsBody>, before: TenantSettings): SettingsChange {
  const stored = Object.entries(body.flags ?? {}).filter(([name]) => !Object.hasOwn(FIXED_FLAGS, name))
  const change: { [Name in keyof SettingsChange]: SettingsChange[Name] | undefined } = {
    friendlyName: body.friendly_name,
    pictureUrl: body.picture_url,
    supportEmail: body.support_email,
    supportUrl: body.support_url,
    defaultAudience: body.default_audience,
    defaultDirectory: body.default_directory,
    allowedLogoutUrls: body.allowed_logout_urls,
    errorPageUrl: body.error_page === null ? null : body.error_page?.url,
    sessionLifetime: body.session_lifetime ?? hoursOf(body.session_lifetime_in_minutes),
    idleSessionLifetime: body.idle_session_lifetime ?? hoursOf(body.idle_session_lifetime_in_minutes),
    deviceFlow: body.device_flow && { ...before.deviceFlow, ...body.device_flow },
    sessionCookieMode: body.session_cookie?.mode,
    asksBeforeLogout: body.sessions?.oidc_logout_prompt_enabled,
    publishesLogoutEndpoint: body.oidc_logout?.rp_logout_end_session_endpoint_discovery,
    defaultThirdPartySecurityMode: body.dynamic_client_registration_security_mode,
    thirdPartyPkceRequired: body.third_party_pkce_required,
    registration: body.registration,
    registeredClientsAre: body.registered_clients_are,
    formerIssuerDays: body.former_issuer_days,
    clientMetadataHosts: body.client_metadata_hosts ?? hostsFor(body.client_id_metadata_document_supported, before),
    flags: stored.length > 0 ? Object.fromEntries(stored) : undefined,
  }
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
}

/** Documents are taken from hosts: from any, where a program turns them on and names none. */
function hostsFor(isSupported: boolean | undefined, { clientMetadataHosts }: TenantSettings): string[] | undefined {
  if (isSupported === undefined || isSupported === clientMetadataHosts.length > 0) return undefined
  return isSupported ? ['*'] : []
}

export function serializeTenantSettings(row: TenantSettings): z.input<typeof tenantSettings> {
  return withoutUnset({
    friendly_name: row.friendlyName,
    picture_url: row.pictureUrl ?? undefined,
    support_email: row.supportEmail ?? undefined,
    support_url: row.supportUrl ?? undefined,
    default_audience: row.defaultAudience ?? undefined,
    default_directory: row.defaultDirectory ?? undefined,
    allowed_logout_urls: row.allowedLogoutUrls,
    session_lifetime: row.sessionLifetime,
    idle_session_lifetime: row.idleSessionLifetime,
    device_flow: row.deviceFlow,
    session_cookie: { mode: row.sessionCookieMode },
    sessions: { oidc_logout_prompt_enabled: row.asksBeforeLogout },
    oidc_logout: { rp_logout_end_session_endpoint_discovery: row.publishesLogoutEndpoint },
    error_page: row.errorPageUrl === null ? undefined : { url: row.errorPageUrl, show_log_link: false as const },
    dynamic_client_registration_security_mode: row.defaultThirdPartySecurityMode,
    client_id_metadata_document_supported: row.clientMetadataHosts.length > 0,
    third_party_pkce_required: row.thirdPartyPkceRequired,
    registration: row.registration,
    registered_clients_are: row.registeredClientsAre,
    former_issuer_days: row.formerIssuerDays,
    client_metadata_hosts: row.clientMetadataHosts,
    acr_values_supported: supportedAcrValues,
    ...FIXED,
    enabled_locales: ['en'] as ['en'],
    flags: { ...FIXED_FLAGS, ...row.flags },
  })
}
