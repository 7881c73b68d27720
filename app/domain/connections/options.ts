/** What a connection of each strategy can be told. API bodies and pages hand it in as it came. */
import { z } from 'zod'
import { MIN_PASSWORD_LENGTH } from '~/domain/users/password-rules'
import { DomainError } from '~/platform/errors'
import { hasPlainHost } from '~/platform/web-address'
import type { ConnectionOptions } from '~db/queries/connections'

export const STRATEGIES = ['auth0', 'oidc', 'oauth2', 'google-oauth2', 'github'] as const
export type Strategy = (typeof STRATEGIES)[number]

export const CONNECTION_KEY_ALGS = ['RS256', 'PS256', 'ES256'] as const
export const PASSWORD_POLICIES = ['none', 'low', 'fair', 'good', 'excellent'] as const

/** Auth0's members that have one value here. Bodies may say it, as programs send back what they have read. */
const always = <Value extends boolean | number>(value: Value) =>
  z.literal(value, { error: `Here it is always ${value}; leave it out` }).optional()

const database = z.strictObject({
  disable_signup: z.boolean().optional(),
  passwordPolicy: z.enum(PASSWORD_POLICIES).optional(),
  password_complexity_options: z
    .strictObject({
      min_length: z
        .int()
        .min(MIN_PASSWORD_LENGTH, `Use ${MIN_PASSWORD_LENGTH} or more: shorter passwords are taken nowhere here`)
        .max(128)
        .optional(),
    })
    .optional(),
  password_no_personal_info: z.strictObject({ enable: z.boolean() }).optional(),
  password_dictionary: z
    .strictObject({ enable: z.boolean(), dictionary: z.array(z.string().min(1).max(50)).max(200).optional() })
    .optional(),
  password_history: z.strictObject({ enable: always(false), size: z.int().min(0).max(24).optional() }).optional(),
  mfa: z.strictObject({ active: always(true), return_enroll_settings: always(true) }).optional(),
  brute_force_protection: always(true),
  strategy_version: always(2),
  import_mode: always(false),
  enabledDatabaseCustomization: always(false),
  disable_self_service_change_password: always(false),
  requires_username: z
    .literal(false, { error: 'People sign in with an e-mail address here; leave requires_username out' })
    .optional(),
})

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** An address of a provider: https, or http on a loopback host, for trying things out. */
const providerUrl = z
  .string()
  .max(2048)
  .refine((text) => {
    if (!hasPlainHost(text)) return false
    const { protocol, hostname, username, hash } = new URL(text)
    const isSafe = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname))
    return isSafe && username === '' && hash === ''
  }, 'Use an https address without a user name and a fragment; http is taken on a loopback host only')

const scopeText = z
  .string()
  .max(1000)
  .regex(/^[\x21\x23-\x5b\x5d-\x7e ]*$/, 'Use scopes with a space between them')
const scope = z.union([scopeText, z.array(scopeText).max(50)]).optional()

const secret = z.string().min(1).max(1024).optional()
const clientId = z.string().min(1).max(255)
const rootAttributes = z.enum(['on_each_login', 'on_first_login']).optional()

export const PROFILE_MEMBERS = [
  'user_id',
  'name',
  'given_name',
  'family_name',
  'nickname',
  'picture',
  'locale',
  'email',
  'email_verified',
] as const

/** A path with dots, as it is or as Auth0 writes it: `${context.userinfo.a.b}`. */
const claimPath = z
  .string()
  .max(200)
  .regex(/^(\$\{context\.(tokenset|userinfo)\.[\w:/.-]+\}|[\w:/.-]+)$/, 'Use the path of a member, such as data.email')

const attributeMap = z
  .strictObject({
    mapping_mode: z.enum(['bind_all', 'use_map']).optional(),
    attributes: z.partialRecord(z.enum(PROFILE_MEMBERS), claimPath).optional(),
  })
  .optional()

const oidc = z
  .strictObject({
    type: z
      .literal('back_channel', { error: 'Only back_channel is there: codes are exchanged by the server' })
      .optional(),
    issuer: providerUrl.optional(),
    discovery_url: providerUrl.optional(),
    client_id: clientId,
    client_secret: secret,
    scope,
    token_endpoint_auth_method: z
      .enum(['client_secret_post', 'client_secret_basic', 'private_key_jwt', 'none'])
      .optional(),
    token_endpoint_auth_signing_alg: z.enum(CONNECTION_KEY_ALGS).optional(),
    connection_settings: z
      .strictObject({
        pkce: z.enum(['auto', 'S256'], 'Codes are always bound by S256 here; leave it out').optional(),
      })
      .optional(),
    attribute_map: attributeMap,
    set_user_root_attributes: rootAttributes,
  })
  .refine(({ issuer, discovery_url }) => issuer !== undefined || discovery_url !== undefined, {
    path: ['issuer'],
    error: 'Missing required property: issuer',
  })

const oauth2 = z.strictObject({
  client_id: clientId,
  client_secret: secret,
  authorizationURL: providerUrl,
  tokenURL: providerUrl,
  userInfoURL: providerUrl,
  issuer: providerUrl.optional(),
  scope,
  pkce_enabled: always(true),
  token_endpoint_auth_method: z.enum(['client_secret_post', 'client_secret_basic', 'none']).optional(),
  attribute_map: attributeMap,
  set_user_root_attributes: rootAttributes,
})

const google = z.strictObject({
  client_id: clientId,
  client_secret: secret,
  scope,
  email: z.boolean().optional(),
  profile: z.boolean().optional(),
  set_user_root_attributes: rootAttributes,
})

const github = z.strictObject({
  client_id: clientId,
  client_secret: secret,
  scope,
  set_user_root_attributes: rootAttributes,
})

const SCHEMAS: Record<Strategy, z.ZodType<ConnectionOptions & { client_secret?: string }>> = {
  auth0: database,
  oidc,
  oauth2,
  'google-oauth2': google,
  github,
}

/** What Auth0 gives to a database of which nothing is said. */
export const FIRST_DATABASE_OPTIONS: ConnectionOptions = {
  mfa: { active: true, return_enroll_settings: true },
  passwordPolicy: 'good',
  strategy_version: 2,
  brute_force_protection: true,
}

/**
 * Options by the rules of a strategy, and apart from them the secret at the provider.
 * @param before the options under which one is kept already: it is never given out, so whoever changes the rest cannot send
 * it back. It is kept for whom it was given for: who has it sent elsewhere has to know it
 * @throws DomainError `invalid` at the member that breaks a rule
 */
export function readOptions(
  strategy: Strategy,
  given: unknown,
  before?: ConnectionOptions,
): { options: ConnectionOptions; clientSecret: string | undefined } {
  const parsed = SCHEMAS[strategy].safeParse(given, { reportInput: true })
  if (!parsed.success) throw refused(parsed.error.issues[0])
  const { client_secret: clientSecret, ...options } = parsed.data
  const needsSecret =
    strategy !== 'auth0' && !['private_key_jwt', 'none'].includes(options.token_endpoint_auth_method ?? '')
  const isKept = before !== undefined && secretReceiver(before) === secretReceiver(options)
  if (needsSecret && clientSecret === undefined && !isKept) {
    const message = before
      ? 'Give the secret of this provider: the one that is kept was given for another'
      : 'Missing required property: client_secret'
    throw new DomainError('invalid', message, { field: 'options.client_secret' })
  }
  return { options, clientSecret }
}

/** Whom a secret is sent to, or who says where it is sent; of the known providers, always the same. */
export const secretReceiver = ({ tokenURL, discovery_url, issuer }: ConnectionOptions): string | undefined =>
  tokenURL ?? discovery_url ?? issuer

function refused(issue: z.core.$ZodIssue | undefined): DomainError {
  const field = ['options', ...(issue?.path ?? [])].map(String).join('.')
  if (issue?.code === 'unrecognized_keys') {
    return new DomainError('invalid', `Additional properties not allowed: ${issue.keys.join(',')}`, { field })
  }
  const isMissing = issue && 'input' in issue && issue.input === undefined
  const message = isMissing ? `Missing required property: ${String(issue.path.at(-1))}` : (issue?.message ?? 'invalid')
  return new DomainError('invalid', message, { field })
}
