import { z } from 'zod'
import { addressList } from '~/domain/clients/address-lists'
import {
  backchannelLogoutLines,
  backchannelLogoutProblem,
  logoutUrlLines,
  logoutUrlProblem,
  MAX_BACKCHANNEL_LOGOUT_URLS,
  MAX_LOGOUT_URLS,
  MAX_WEB_ORIGINS,
  optionalLink,
  webOriginLines,
  webOriginProblem,
} from '~/domain/clients/client-links'
import { appName, clientDescription } from '~/domain/clients/client-name'
import { clientText } from '~/domain/clients/client-text'
import { extraGrantTypesFor } from '~/domain/clients/new-client'
import { MAX_CALLBACKS, redirectUriLines, redirectUriProblem } from '~/domain/clients/redirect-uri'
import { DomainError } from '~/platform/errors'
import type { AppManifest } from '~db/queries/apps'
import type { AppType, ScopeRequest } from '~db/queries/clients'
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
  name: appName,
  description: clientDescription.default(''),
  homepageUri: optionalLink,
  privacyPolicyUri: optionalLink,
  termsUri: optionalLink,
  callbacks: callbackLines(type),
  allowedLogoutUrls: logoutUrlLines(type),
  webOrigins: webOriginLines(type),
  backchannelLogoutUris: backchannelLogoutLines,
  extraGrantTypes: z.array(z.enum(extraGrantTypesFor(type), 'This flow is not one for this type of app.')).default([]),
  idTokenAlg: z
    .enum(['RS256', 'HS256'], 'Choose RS256 or HS256.')
    .default('RS256')
    .refine((alg) => alg !== 'HS256' || type === 'regular_web', 'Only an app that holds a secret can use HS256.'),
})

/** What forms and programs call the members of a manifest. */
export const MANIFEST_MEMBERS = {
  name: 'name',
  description: 'description',
  homepageUri: 'homepage_uri',
  privacyPolicyUri: 'privacy_policy_uri',
  termsUri: 'terms_uri',
  callbacks: 'callbacks',
  allowedLogoutUrls: 'allowed_logout_urls',
  webOrigins: 'web_origins',
  backchannelLogoutUris: 'backchannel_logout_urls',
  extraGrantTypes: 'extra_grant_types',
  idTokenAlg: 'id_token_alg',
  scopeRequests: 'scope_requests',
} as const satisfies Record<keyof AppManifest, string>

const MAX_SCOPE_REQUESTS = 500

const keyOf = ({ audience, scope }: ScopeRequest): string => JSON.stringify([audience, scope])

/** The rules for a manifest that a program sends, with lists where a form has lines. */
const manifestLists = (type: AppType | null, askable: AskableApi[]) => ({
  ...manifestFields(type),
  callbacks: addressList(MAX_CALLBACKS, (uri) => redirectUriProblem(type, uri)).refine(
    (callbacks) => callbacks.length > 0 || !needsCallback(type),
    'Name at least one callback: the address in the app to which people return after signing in.',
  ),
  allowedLogoutUrls: addressList(MAX_LOGOUT_URLS, (uri) => logoutUrlProblem(uri, type)),
  webOrigins: addressList(MAX_WEB_ORIGINS, (value) => webOriginProblem(value, type)),
  backchannelLogoutUris: addressList(MAX_BACKCHANNEL_LOGOUT_URLS, backchannelLogoutProblem),
  scopeRequests: z
    .array(scopeRequest(askable))
    .max(MAX_SCOPE_REQUESTS)
    .refine((requests) => new Set(requests.map(keyOf)).size === requests.length, 'A scope is there twice.'),
})

/**
 * Members of a manifest as a program sends them, normalized. Pure.
 * @throws DomainError `invalid` at the first member that breaks a rule
 */
export function readManifest<Given extends Partial<AppManifest>>(
  type: AppType | null,
  askable: AskableApi[],
  given: Given,
): Given {
  const rules = manifestLists(type, askable)
  const read = Object.entries(given).map(([name, value]) => {
    const member = name as keyof AppManifest
    // A link that is taken away is null; to the rules it is an empty one.
    const parsed = rules[member].safeParse(value ?? '')
    if (parsed.success) return [name, parsed.data]
    const [issue] = parsed.error.issues
    throw new DomainError('invalid', issue?.message ?? '', { field: MANIFEST_MEMBERS[member] })
  })
  return Object.fromEntries(read) as Given
}

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
