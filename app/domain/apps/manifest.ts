import { z } from 'zod'
import { backchannelLogoutLines, logoutUrlLines, optionalLink, webOriginLines } from '~/domain/clients/client-links'
import { clientDescription, clientName } from '~/domain/clients/client-name'
import { clientText } from '~/domain/clients/client-text'
import { extraGrantTypesFor } from '~/domain/clients/new-client'
import { redirectUriLines } from '~/domain/clients/redirect-uri'
import type { AppManifest } from '~db/queries/apps'
import type { AppType } from '~db/queries/clients'
import type { AskableApi } from './askable-scopes'

/** The rules of what a partner proposes; forms compose them. */

export const APP_TYPES = ['regular_web', 'spa', 'native', 'non_interactive'] as const

export const appType = z.enum(APP_TYPES, { error: 'Choose the type of the app.' })

/** A person signs in to all but one type: those need somewhere to come back to. */
export const needsCallback = (type: AppType | null): boolean => type !== 'non_interactive'

/** The reason of a scope, which reviewers and end users read. */
export const scopeReason = clientText({ label: 'why the app needs this', min: 10, max: 300 })

/** The callbacks of an app, one a line; at least one where people sign in. */
export const callbackLines = (type: AppType | null) =>
  redirectUriLines(type).refine(
    (callbacks) => callbacks.length > 0 || !needsCallback(type),
    'Enter at least one callback: the address in your app to which people return after signing in.',
  )

/** A scope that an app asks for: one of those that can be asked, with a reason. */
export const scopeRequest = (askable: AskableApi[]) =>
  z
    .object({ audience: z.string(), scope: z.string(), reason: scopeReason, required: z.boolean() })
    .superRefine((request, ctx) => {
      if (!isAskable(askable, request)) {
        ctx.addIssue({ code: 'custom', path: ['scope'], message: unknownScope(request.scope) })
      }
    })

export const isAskable = (askable: AskableApi[], { audience, scope }: { audience: string; scope: string }): boolean =>
  askable.some((api) => api.audience === audience && api.scopes.some(({ value }) => value === scope))

export const unknownScope = (scope: string): string =>
  `Partners cannot ask for the scope “${scope.slice(0, 80)}”. Choose from the list.`

/** The fields of a manifest but for its scope requests. */
export const manifestFields = (type: AppType | null) => ({
  name: clientName,
  description: clientDescription.default(''),
  homepageUri: optionalLink,
  privacyPolicyUri: optionalLink,
  termsUri: optionalLink,
  callbacks: callbackLines(type),
  allowedLogoutUrls: logoutUrlLines,
  webOrigins: webOriginLines,
  backchannelLogoutUris: backchannelLogoutLines,
  extraGrantTypes: z.array(z.enum(extraGrantTypesFor(type), 'This flow is not one for this type of app.')).default([]),
  idTokenAlg: z
    .enum(['RS256', 'HS256'], 'Choose RS256 or HS256.')
    .default('RS256')
    .refine((alg) => alg !== 'HS256' || type === 'regular_web', 'Only an app that holds a secret can use HS256.'),
})

/** A manifest of which only some fields are known. */
export const newManifest = (given: Pick<AppManifest, 'name'> & Partial<AppManifest>): AppManifest => ({
  description: '',
  homepageUri: null,
  privacyPolicyUri: null,
  termsUri: null,
  callbacks: [],
  allowedLogoutUrls: [],
  webOrigins: [],
  backchannelLogoutUris: [],
  extraGrantTypes: [],
  idTokenAlg: 'RS256',
  scopeRequests: [],
  ...given,
})
