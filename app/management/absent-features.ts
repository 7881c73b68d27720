import { z } from 'zod'
import type { MachineEndpoint } from '~/context'
import { endpoint, type ManagementEndpoint } from './endpoint'
import { ManagementError, refusalAnswer } from './errors'
import { fieldsQuery } from './fields'
import { listEndpoint } from './pagination'

/**
 * Features of Auth0 that are absent here. Its tools ask for all of them, so each answers as Auth0's API does in a tenant
 * where it is off: its lists are empty, its settings have one value, and nothing of it can be made.
 */
const tag = 'Not offered'
const READ = ['read:tenant_settings']
const UPDATE = ['update:tenant_settings']

/** Lists by page number, each with the member that holds the items beside the total. */
const LISTS = {
  rules: 'rules',
  hooks: 'hooks',
  roles: 'roles',
  organizations: 'organizations',
  flows: 'flows',
  'flows/vault/connections': 'connections',
  forms: 'forms',
  'network-acls': 'network_acls',
  'self-service-profiles': 'self_service_profiles',
  'event-streams': 'eventStreams',
}

/** Lists that are read on from a position. */
const CHECKPOINT_LISTS = {
  'connection-profiles': 'connection_profiles',
  'user-attribute-profiles': 'user_attribute_profiles',
  'token-exchange-profiles': 'token_exchange_profiles',
  'rate-limit-policies': 'rate_limit_policies',
  'connections-directory-provisionings': 'directory_provisionings',
}

/** What tools choose of such lists. */
const filters = {
  enabled: z.boolean().optional(),
  hydrate: z.string().optional(),
  name_filter: z.string().optional(),
  triggerId: z.string().optional(),
  type: z.string().optional(),
}

/** What tools add to what they ask for. */
const choice = z.object({
  ...fieldsQuery,
  page: z.int().min(0).optional(),
  per_page: z.int().min(0).max(100).optional(),
  include_totals: z.boolean().optional(),
})

/** Second factors, in the order that Auth0 has. */
const FACTOR_NAMES = [
  'sms',
  'push-notification',
  'otp',
  'email',
  'duo',
  'webauthn-roaming',
  'webauthn-platform',
  'recovery-code',
] as const
const isOffered = (name: (typeof FACTOR_NAMES)[number]) => name === 'otp' || name === 'recovery-code'

const none = z.array(z.never())

const emptyList = (path: string, key: string, goesOn?: true) =>
  listEndpoint({
    path: `/api/v2/${path}`,
    summary: `Get ${wordsOf(path)}: there are none`,
    tag,
    scopes: READ,
    key,
    filters,
    item: z.object({}),
    goesOn,
    list: async () => [],
    count: async () => 0,
    positionOf: () => [],
    serialize: () => [],
  })

const emptyActionList = (name: 'actions' | 'modules') =>
  endpoint({
    method: 'GET',
    path: `/api/v2/actions/${name}`,
    summary: `Get ${name === 'actions' ? 'actions' : 'modules of actions'}: there are none`,
    tag,
    scopes: ['read:actions'],
    query: choice,
    answer: z.object({ [name]: z.array(z.never()), total: z.literal(0), page: z.int(), per_page: z.int() }),
    run: async (_ctx, { query: { page = 0, per_page = 50 } }) => ({ [name]: [], total: 0, page, per_page }),
  })

/** A GET that has one answer. */
const always = <Answer extends z.ZodType>(
  path: string,
  summary: string,
  answer: Answer,
  value: z.input<Answer>,
  scopes = READ,
) =>
  endpoint({
    method: 'GET',
    path: `/api/v2/${path}`,
    summary,
    tag,
    scopes,
    query: choice,
    answer,
    run: async () => value,
  })

/** A setting that has one value, which a program may send back. */
const fixedSetting = <Value extends z.ZodType>(
  method: 'PATCH' | 'PUT',
  path: string,
  name: string,
  schema: Value,
  value: z.input<Value>,
) => [
  always(path, `Get ${name}`, schema, value),
  endpoint({
    method,
    path: `/api/v2/${path}`,
    summary: `Set ${name}, to the only value`,
    tag,
    scopes: UPDATE,
    body: schema,
    answer: schema,
    run: async () => value,
  }),
]

/** A GET that is refused in the way in which tools continue without the feature. */
const refused = (path: string, summary: string, { scopes = READ, refusal = notOffered(summary) } = {}) =>
  endpoint({
    method: 'GET',
    path: `/api/v2/${path}`,
    summary: `Get ${summary}: there is none`,
    tag,
    scopes,
    params: z.object(
      Object.fromEntries([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [String(name), z.string().max(50)])),
    ),
    query: choice,
    async run() {
      throw refusal
    },
  })

const notOffered = (name: string) => new ManagementError(403, 'feature_not_enabled', `There is no ${name} here.`)
const notFound = (code: string, message: string) => new ManagementError(404, code, message)

const wordsOf = (path: string): string => path.replaceAll(/[-/]/g, ' ')

const factor = z.object({ name: z.enum(FACTOR_NAMES), enabled: z.boolean(), trial_expired: z.literal(false) })

const guardianEndpoints = [
  always(
    'guardian/factors',
    'Get the second factors: an authenticator and recovery codes',
    z.array(factor),
    FACTOR_NAMES.map((name) => ({ name, enabled: isOffered(name), trial_expired: false as const })),
  ),
  endpoint({
    method: 'PUT',
    path: '/api/v2/guardian/factors/{name}',
    summary: 'Set whether a second factor is offered, to the only value',
    tag,
    scopes: UPDATE,
    params: z.object({ name: z.enum(FACTOR_NAMES) }),
    body: z.strictObject({ enabled: z.boolean() }),
    answer: z.object({ enabled: z.boolean() }),
    async run(_ctx, { params: { name }, body: { enabled } }) {
      if (enabled === isOffered(name)) return { enabled }
      throw new ManagementError(
        403,
        'feature_not_enabled',
        enabled ? `There is no second factor ${name} here.` : `The second factor ${name} cannot be turned off.`,
      )
    },
  }),
  refused('guardian/factors/{name}/{setting}', 'such setting of a second factor'),
  refused('guardian/factors/{name}/providers/{provider}', 'provider of a second factor'),
  ...fixedSetting('PUT', 'guardian/policies', 'when a second factor is required of everybody: never', z.tuple([]), []),
]

export const absentFeatureEndpoints: ManagementEndpoint[] = [
  ...Object.entries(LISTS).map(([path, key]) => emptyList(path, key)),
  ...Object.entries(CHECKPOINT_LISTS).map(([path, key]) => emptyList(path, key, true)),
  emptyActionList('actions'),
  emptyActionList('modules'),
  always('actions/triggers', 'Get triggers of actions: there are none', z.object({ triggers: none }), { triggers: [] }),
  always('rules-configs', 'Get settings of rules: there are none', none, []),
  always('custom-domains', 'Get custom domains: there are none', none, [], ['read:custom_domains']),
  ...(['providers', 'templates'] as const).map((key) =>
    always(`branding/phone/${key}`, `Get ${key} of text messages: there are none`, z.object({ [key]: none }), {
      [key]: [],
    }),
  ),
  refused('branding/themes/default', 'theme of pages', {
    refusal: notFound('theme_not_found', 'There is no theme here: set the colours at /api/v2/branding.'),
  }),
  refused('emails/provider', 'e-mail provider', {
    refusal: notFound(
      'inexistent_email_provider',
      'There is not a configured email provider: the mail server is set where this server runs.',
    ),
  }),
  refused('attack-protection/bot-detection', 'bot detection', { scopes: ['read:attack_protection'] }),
  refused('attack-protection/captcha', 'captcha', { scopes: ['read:attack_protection'] }),
  refused('prompts/rendering', 'rendering of pages by others', { scopes: ['read:prompts'] }),
  refused('prompts/{prompt}/partials', 'HTML in pages', { scopes: ['read:prompts'] }),
  refused('supplemental-signals', 'signals of others'),
  ...fixedSetting(
    'PATCH',
    'risk-assessments/settings',
    'whether sign-ins are judged by their risk: never',
    z.strictObject({ enabled: z.literal(false) }),
    { enabled: false },
  ),
  ...fixedSetting(
    'PATCH',
    'risk-assessments/settings/new-device',
    'for how many days the judgement of risk remembers a device',
    z.strictObject({ remember_for: z.literal(30) }),
    { remember_for: 30 },
  ),
  ...guardianEndpoints,
]

const ABSENT = new RegExp(
  `^/api/v2/(${[...Object.keys(LISTS), ...Object.keys(CHECKPOINT_LISTS), 'actions', 'rules-configs', 'custom-domains', 'branding/phone', 'branding/themes', 'emails', 'guardian', 'supplemental-signals', 'risk-assessments'].join('|')})(/|$)`,
)

/** Other addresses below `/api/v2/`: those of absent features say so, the rest are unknown. */
export const otherAddresses: MachineEndpoint[] = (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).map((method) => ({
  method,
  path: '/api/v2/*',
  interactive: false,
  run: async (_ctx, { path }) =>
    refusalAnswer(
      ABSENT.test(path)
        ? new ManagementError(403, 'feature_not_enabled', 'This feature is not offered here.')
        : new ManagementError(404, undefined, 'Not Found'),
    ),
}))
