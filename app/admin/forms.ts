import { z } from 'zod'
import { LOG_CATEGORIES } from '~/domain/audit/log-types'
import { MAX_DAYS, MAX_REGISTRATIONS } from '~/domain/clients/initial-access'
import { programName } from '~/domain/clients/programs'
import { decision, optionalMessage, suspensionReason } from '~/domain/moderation/review-fields'
import { partnerName } from '~/domain/partners/partner-fields'
import {
  identifier,
  resourceServerDescription,
  resourceServerName,
  scopes,
  signingAlg,
  tokenLifetime,
} from '~/domain/resource-servers/resource-server-fields'
import { ROLES } from '~/domain/teams/team'
import {
  colour,
  formerIssuerDays,
  friendlyName,
  metadataHosts,
  networkRange,
  securityMode,
  supportEmail,
  supportUrl,
  webAddress,
} from '~/domain/tenant/tenant-fields'
import { displayText, emailAddress, newPassword, properName } from '~/domain/users/user-fields'
import { headerValue, receiverName, receiverUrl } from '~/domain/webhooks/receiver-fields'
import { WEBHOOK_EVENTS } from '~/domain/webhooks/webhook-events'

/** The forms of the admin area, made of the rules of the domain. */

export const signInForm = z.object({
  username: z.string({ error: 'Enter your e-mail address.' }).max(254, 'Use at most 254 characters.'),
  password: z.string({ error: 'Enter your password.' }).max(256, 'Use at most 256 characters.'),
  continue: z.string().optional(),
})

export const forgotPasswordForm = z.object({ email: emailAddress })

export const resetPasswordForm = z.object({ password: newPassword, ticket: z.string().default('') })

export const setUpForm = z.object({
  name: properName('your name', 100),
  email: emailAddress,
  password: newPassword,
  ticket: z.string().default(''),
})

export const joinForm = setUpForm.omit({ email: true })

const tenantRole = z.enum(ROLES.tenant, { error: 'Choose a role.' })

export const invitationForm = z.object({ email: emailAddress, role: tenantRole })

export const roleForm = z.object({ role: tenantRole })

/** Somebody of an organization, as its owners would invite them. */
export const partnerNameForm = z.object({ name: partnerName })

export const partnerInvitationForm = z.object({
  email: emailAddress,
  role: z.enum(ROLES.partner, { error: 'Choose a role.' }),
})

export const codeForm = z.object({
  code: z
    .string({ error: 'Enter the code.' })
    .trim()
    .max(64, 'A code has six digits; a recovery code twenty characters.'),
  continue: z.string().optional(),
})

/** `seen` says what was read: nothing else is decided by this form. */
export const decisionForm = decision.and(z.object({ seen: z.string({ error: 'Reload the page, and read it again.' }) }))

/** `updated_at` says what was looked at: what has changed since is not approved by this form. */
export const approvalForm = z.object({ updated_at: z.coerce.number({ error: 'Reload the page.' }).int() })

export const securityModeForm = z.object({ security_mode: securityMode })

export const pkceForm = z.object({
  pkce: z
    .enum(['tenant', 'required', 'optional'], { error: 'Choose one of the three.' })
    .transform((value) => (value === 'tenant' ? null : value)),
})

export const suspensionForm = z.object({ reason: suspensionReason })

export const reinstatementForm = z.object({
  reason: optionalMessage,
})

const apiFields = {
  name: resourceServerName,
  description: resourceServerDescription,
  token_lifetime: tokenLifetime,
  signing_alg: signingAlg.default('RS256'),
  allow_offline_access: z.boolean().default(false),
  skip_consent_for_first_party: z.boolean().default(false),
  open_to_partners: z.boolean().default(false),
}

/** A row of the table of scopes that is wholly empty is no scope: the page has some to spare. */
const scopeRows = z
  .array(
    z.object({
      value: z.string().default(''),
      description: z.string().default(''),
      sensitivity: z.string().default('basic'),
      remove: z.boolean().default(false),
    }),
  )
  .default([])
  .transform((rows, ctx) => {
    const kept = rows.flatMap((row, index) =>
      row.remove || (row.value.trim() === '' && row.description.trim() === '') ? [] : [{ row, index }],
    )
    const parsed = scopes.safeParse(kept.map(({ row }) => row))
    if (parsed.success) return parsed.data
    for (const { path, message } of parsed.error.issues) {
      const [position, ...rest] = path
      const index = typeof position === 'number' ? [kept[position]?.index ?? 0] : []
      ctx.addIssue({ code: 'custom', path: [...index, ...rest], message })
    }
    return z.NEVER
  })

export const newApiForm = z.object({ ...apiFields, identifier, scopes: scopeRows })

export const apiForm = z.object({ ...apiFields, scopes: scopeRows })

export const settingsForm = z.object({
  friendly_name: friendlyName,
  support_email: supportEmail,
  support_url: supportUrl,
  default_third_party_security_mode: securityMode,
  third_party_pkce_required: z.boolean().default(false),
  former_issuer_days: formerIssuerDays,
  enable_client_connections: z.boolean().default(false),
  enable_dynamic_client_registration: z.boolean().default(false),
  use_scope_descriptions_for_consent: z.boolean().default(false),
})

const wholeNumber = (max: number) =>
  z.coerce
    .number({ error: 'Enter a whole number.' })
    .int('Enter a whole number.')
    .min(1, 'At least 1.')
    .max(max, `At most ${max}.`)

const orNothing = <Schema extends z.ZodType<string, string>>(schema: Schema) =>
  z
    .string()
    .trim()
    .default('')
    .transform((value) => value || null)
    .pipe(schema.nullable())

export const brandingForm = z.object({
  primary: orNothing(colour),
  page_background: orNothing(colour),
  logo_url: orNothing(webAddress),
  favicon_url: orNothing(webAddress),
  font_url: orNothing(webAddress),
})

/** Addresses and networks, one a line. */
const ranges = z
  .string()
  .default('')
  .transform((text, ctx) => {
    const lines = text.split(/\s+/).filter(Boolean)
    if (lines.length > 100) {
      ctx.addIssue('Use at most 100 lines.')
      return z.NEVER
    }
    for (const line of lines) {
      if (!networkRange.safeParse(line).success)
        ctx.addIssue(`“${line.slice(0, 100)}” is no address. Write it as 192.0.2.1, or 192.0.2.0/24 for a network.`)
    }
    return lines
  })

export const attackProtectionForm = z.object({
  counts_passwords: z.boolean().default(false),
  max_attempts: wholeNumber(100),
  mode: z.enum(['count_per_identifier', 'count_per_identifier_and_ip'], { error: 'Choose what is counted.' }),
  tells_person: z.boolean().default(false),
  password_allowlist: ranges,
  counts_networks: z.boolean().default(false),
  network_allowlist: ranges,
  breached: z.enum(['nothing', 'tell', 'block', 'both'], { error: 'Choose what happens.' }),
})

export const registrationForm = z.object({
  registration: z.enum(['open', 'token'], { error: 'Choose who may register apps.' }),
  registered_clients_are: z.enum(['development', 'pending'], { error: 'Choose what a registered app is.' }),
  client_metadata_hosts: metadataHosts,
})

export const initialAccessForm = z.object({
  label: displayText('whom the token is for', 100),
  quota: wholeNumber(MAX_REGISTRATIONS),
  days: wholeNumber(MAX_DAYS),
})

export const logStreamForm = z.object({
  name: receiverName,
  url: receiverUrl,
  format: z.enum(['JSONLINES', 'JSONARRAY', 'JSONOBJECT'], { error: 'Choose the format.' }),
  authorization: headerValue.optional(),
  categories: z.array(z.enum(LOG_CATEGORIES)).default([]),
})

export const programForm = z
  .object({
    name: programName,
    may: z.enum(['read', 'everything', 'chosen'], { error: 'Choose what it may.' }),
    scope: z
      .string()
      .max(10_000, 'Use at most 10,000 characters.')
      .default('')
      .transform((text) => [...new Set(text.split(/[\s,]+/).filter((value) => value !== ''))]),
  })
  .refine(({ may, scope }) => may !== 'chosen' || scope.length > 0, {
    error: 'Write the scopes that the program may have.',
    path: ['scope'],
  })
  .refine(({ may, scope }) => may === 'chosen' || scope.length === 0, {
    error: 'Choose “Only what the scopes below say”, or leave the scopes empty.',
    path: ['may'],
  })

export const webhookForm = z.object({
  name: receiverName,
  url: receiverUrl,
  events: z.array(z.enum(WEBHOOK_EVENTS), { error: 'Choose what it is told of.' }).min(1, 'Choose what it is told of.'),
})
