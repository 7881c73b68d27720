import { z } from 'zod'
import type { AskableApi } from '~/domain/apps/askable-scopes'
import { APP_TYPES, appType, manifestFields, scopeRequest } from '~/domain/apps/manifest'
import { OVERLAP_CHOICES } from '~/domain/apps/rotate-app-secret'
import { reviewNote } from '~/domain/apps/submit-version'
import { apiClientName } from '~/domain/partners/api-clients'
import { partnerName, partnerWebsite } from '~/domain/partners/partner-fields'
import { ROLES } from '~/domain/teams/team'
import { emailAddress, newPassword, properName } from '~/domain/users/user-fields'
import type { AppType, ScopeRequest } from '~db/queries/clients'

/** The forms of the portal, made of the rules of the domain. */

const personName = properName('your name', 100)

export const signUpForm = z.object({
  name: personName,
  email: emailAddress,
  password: newPassword,
  organization: partnerName,
})

export const signInForm = z.object({
  username: z.string({ error: 'Enter your e-mail address.' }).max(254, 'Use at most 254 characters.'),
  password: z.string({ error: 'Enter your password.' }).max(256, 'Use at most 256 characters.'),
  continue: z.string().optional(),
})

export const forgotPasswordForm = z.object({ email: emailAddress })

export const resetPasswordForm = z.object({ password: newPassword, ticket: z.string().default('') })

export const joinForm = z.object({ name: personName, password: newPassword, ticket: z.string().default('') })

export const partnerRole = z.enum(ROLES.partner, { error: 'Choose a role.' })

export const invitationForm = z.object({ email: emailAddress, role: partnerRole })

export const roleForm = z.object({ role: partnerRole })

export const organizationForm = z.object({ name: partnerName, website_uri: partnerWebsite })

export const apiClientForm = z.object({ name: apiClientName })

export const changePasswordForm = z.object({
  current_password: z.string({ error: 'Enter your present password.' }).max(256, 'Use at most 256 characters.'),
  password: newPassword,
})

/** The scopes of a form: a row for each that can be asked, of which those count that are ticked. */
const scopeRows = (askable: AskableApi[]) =>
  z
    .array(
      z.object({
        audience: z.string().default(''),
        scope: z.string().default(''),
        asked: z.boolean().default(false),
        reason: z.string().default(''),
        required: z.boolean().default(false),
      }),
    )
    .max(500, 'These are too many scopes.')
    .default([])
    .transform((rows, ctx) =>
      rows.flatMap((row, index): ScopeRequest[] => {
        if (!row.asked) return []
        const parsed = scopeRequest(askable).safeParse(row)
        if (parsed.success) return [parsed.data]
        for (const { path, message } of parsed.error.issues) {
          ctx.addIssue({ code: 'custom', path: [index, ...path], message })
        }
        return []
      }),
    )

export const scopesForm = (askable: AskableApi[]) => z.object({ scopes: scopeRows(askable) })

/** @param form read before it is parsed, as the type of the app decides about its callbacks */
export function newAppForm(form: FormData, askable: AskableApi[]) {
  const type = APP_TYPES.find((known) => known === form.get('app_type')) ?? null
  const { name, description, callbacks } = manifestFields(type)
  return z.object({ name, app_type: appType, callbacks, description, scopes: scopeRows(askable) })
}

/** All of a manifest but its scopes, which have a page of their own. */
export function appSettingsForm(type: AppType | null) {
  const fields = manifestFields(type)
  return z
    .object({
      name: fields.name,
      description: fields.description,
      homepage_uri: fields.homepageUri,
      privacy_policy_uri: fields.privacyPolicyUri,
      terms_uri: fields.termsUri,
      callbacks: fields.callbacks,
      allowed_logout_urls: fields.allowedLogoutUrls,
      web_origins: fields.webOrigins,
      backchannel_logout_uri: fields.backchannelLogoutUris,
      extra_grant_types: fields.extraGrantTypes,
      id_token_alg: fields.idTokenAlg,
    })
    .transform(({ name, description, callbacks, ...rest }) => ({
      name,
      description,
      callbacks,
      homepageUri: rest.homepage_uri,
      privacyPolicyUri: rest.privacy_policy_uri,
      termsUri: rest.terms_uri,
      allowedLogoutUrls: rest.allowed_logout_urls,
      webOrigins: rest.web_origins,
      backchannelLogoutUris: rest.backchannel_logout_uri,
      extraGrantTypes: rest.extra_grant_types,
      idTokenAlg: rest.id_token_alg,
    }))
}

export const testerForm = z.object({ email: emailAddress })

export const submitForm = z.object({ message: reviewNote })

export const rotateForm = z.object({
  overlap_hours: z.coerce
    .number({ error: 'Choose how long the old secret goes on working.' })
    .refine((hours) => OVERLAP_CHOICES.some((choice) => choice === hours), 'Choose one of the durations.')
    .default(24),
  newest_secret: z.string().optional(),
})
