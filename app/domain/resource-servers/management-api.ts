/** The Management API as a resource server: its identifier and its scopes. */

export const managementApiIdentifier = (issuer: string): string => `${issuer}api/v2/`

const READ_WRITE = ['create', 'read', 'update', 'delete'] as const

/** What a program can be given: each verb over each resource. */
const RESOURCES: Record<string, readonly string[]> = {
  clients: READ_WRITE,
  client_keys: READ_WRITE,
  client_credentials: READ_WRITE,
  client_summary: ['read'],
  initial_access_tokens: ['create', 'read', 'delete'],
  third_party_clients: ['read', 'update'],
  client_grants: READ_WRITE,
  resource_servers: READ_WRITE,
  connections: READ_WRITE,
  connections_keys: ['read', 'update', 'create'],
  users: READ_WRITE,
  users_app_metadata: READ_WRITE,
  user_idp_tokens: ['read'],
  user_custom_blocks: ['create', 'read', 'delete'],
  user_tickets: ['create'],
  authentication_methods: READ_WRITE,
  sessions: ['read', 'update', 'delete'],
  refresh_tokens: ['read', 'update', 'delete'],
  device_credentials: ['create', 'read', 'delete'],
  grants: ['read', 'delete'],
  logs: ['read'],
  logs_users: ['read'],
  log_streams: READ_WRITE,
  stats: ['read'],
  tenant_settings: ['read', 'update'],
  tenant_members: ['read', 'update'],
  signing_keys: ['create', 'read', 'update'],
  attack_protection: ['read', 'update'],
  branding: ['read', 'update', 'delete'],
  email_templates: ['create', 'read', 'update'],
  prompts: ['read', 'update'],
  anomaly_blocks: ['read', 'delete'],
  guardian_enrollments: ['read', 'update', 'delete'],
  partners: ['read', 'update'],
  apps: READ_WRITE,
  app_secrets: ['read', 'update'],
  app_submissions: ['create', 'delete'],
  app_usage: ['read'],
  app_reviews: ['create', 'read'],
  app_testers: ['create', 'read', 'delete'],
  webhooks: READ_WRITE,
  actions: ['read'],
  custom_domains: ['read'],
}

export const managementScopes: { value: string; description: string }[] = Object.entries(RESOURCES).flatMap(
  ([resource, verbs]) =>
    verbs.map((verb) => ({
      value: `${verb}:${resource}`,
      description: `${verb[0]?.toUpperCase()}${verb.slice(1)} ${resource.replaceAll('_', ' ')}`,
    })),
)

/** What a partner's own programs can do, each to what is the partner's. */
export const partnerScopes: readonly string[] = [
  'read:apps',
  'create:apps',
  'update:apps',
  'delete:apps',
  'read:app_secrets',
  'update:app_secrets',
  'create:app_submissions',
  'delete:app_submissions',
  'read:app_testers',
  'create:app_testers',
  'delete:app_testers',
  'read:app_usage',
  'read:partners',
  'update:partners',
]

/** Those that change who can sign in, or end the account. */
const RESTRICTED: ReadonlySet<string> = new Set([
  'update:current_user_metadata',
  'delete:current_user_metadata',
  'update:current_user_identities',
  'delete:current_user',
])

/** How sensitive each of the following is, for the consent page. */
export const currentUserSensitivity = (scope: string): 'sensitive' | 'restricted' =>
  RESTRICTED.has(scope) ? 'restricted' : 'sensitive'

/**
 * What a user can let a client have of the Management API: their own data. They stand in no list of the API and in no
 * client grant, and are the only scopes of it that a user's token can hold.
 * What a scope gives besides has a line of its own.
 */
export const currentUserScopes: ReadonlyMap<string, string> = new Map([
  ['read:current_user', 'See your profile and the ways you sign in'],
  ['update:current_user_metadata', 'Change your preferences.\nRemove a second factor.'],
  ['create:current_user_metadata', 'Add to your preferences'],
  ['delete:current_user_metadata', 'Remove your preferences.\nRemove a second factor.'],
  ['create:current_user_device_credentials', 'Add a device that can act for you'],
  ['delete:current_user_device_credentials', 'Remove a device that can act for you'],
  ['update:current_user_identities', 'Link other accounts of yours to this one, and unlink them'],
  ['delete:current_user', 'Delete your account'],
])
