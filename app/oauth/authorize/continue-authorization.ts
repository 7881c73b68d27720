import type { AppContext } from '~/context'
import { invitedAddress, isOpenTo } from '~/domain/clients/availability'
import { newSince } from '~/domain/clients/presentation'
import { connectionsForClient, findUseOfConnection } from '~/domain/connections/connections-for-client'
import { isFederated } from '~/domain/connections/provider-of-connection'
import { standingConsent } from '~/domain/grants/consent'
import { openPendingAuthorization } from '~/domain/grants/open-pending-authorization'
import { scopesWithinRegistration, type Target } from '~/domain/grants/scopes'
import { standingAccess } from '~/domain/grants/standing-access'
import { loginWishes, startProviderLogin } from '~/domain/identities/start-provider-login'
import { reachesAcr, supportedAcrValues } from '~/domain/sessions/acr'
import { UNKNOWN_TIME } from '~/domain/sessions/auth-time'
import { findSession, findSilentSession, type LiveSession } from '~/domain/sessions/sessions'
import { createAuthorizationResponse } from '~/domain/tokens/authorization-response'
import { SECOND } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import type { HttpAnswer } from '~/platform/http'
import type { Client } from '~db/queries/clients'
import type { Connection } from '~db/queries/connections'
import {
  type AuthorizationRequestRow,
  findGrant,
  type Grant,
  type StoredAuthorizationRequest,
} from '~db/queries/grants'
import { allowDevice } from '../device/answer-device'
import { OAuthError } from '../errors'
import { authorizationResponse, destinationOf } from './answer-at-redirect-uri'
import { AuthorizationRefused } from './error-page'

/** A valid authorization request, and, where a person has been asked, the row that holds their answers. */
export type Authorization = {
  client: Client
  target: Target
  params: StoredAuthorizationRequest
  pending?: AuthorizationRequestRow
  /** The session in which this very request has signed somebody in. */
  signedInAs?: string
}

/**
 * What a valid request needs next: a sign-in, a consent, or nothing more. Asked at the start and after each answer of
 * the person, so that no page can be skipped by going straight to a later one.
 */
export async function continueAuthorization(ctx: AppContext, authorization: Authorization): Promise<HttpAnswer> {
  const { client, params, pending } = authorization
  const usable = await requireUsableConnections(ctx, authorization)
  // No page is shown, and the answer goes to the client's own callback: a frame of its site may ask.
  const live = await (params.prompt.includes('none') ? findSilentSession(ctx) : findSession(ctx, 'account'))
  if (!live || !isSignedInFor(ctx, authorization, usable, live)) return askToSignIn(ctx, authorization, usable)
  const isInvited = await requireMayUse(ctx, authorization, live)
  if (needsSecondFactor(params, live)) return askPerson(ctx, authorization, 'second-factor')
  const consent = isInvited ? undefined : await consentFor(ctx, authorization, live)
  if (!consent) return askPerson(ctx, authorization, 'consent')
  const scope = await requireStanding(ctx, authorization, live, consent)
  const allowed = { client, target: authorization.target, pending, live, scope, grant: consent.grant }
  if (params.device_code !== undefined) return allowDevice(ctx, { ...allowed, params })
  return authorizationResponse(
    ctx,
    destinationOf(params),
    await createAuthorizationResponse(ctx, { ...allowed, params }),
  )
}

/** Something to sign in at; the texts are Auth0's, which its SDKs' users know. */
async function requireUsableConnections(
  ctx: AppContext,
  { client, params: { connection } }: Authorization,
): Promise<Connection[]> {
  const usable = await connectionsForClient(ctx, client)
  if (usable.length === 0) throw new OAuthError('invalid_request', 'no connections enabled for the client')
  if (connection !== undefined && !usable.some(({ name }) => name === connection)) {
    throw new OAuthError('invalid_request', 'the connection was disabled')
  }
  return usable
}

/**
 * Whether the session counts for this request: it began at a connection that the client may use, and is new enough for
 * `prompt` and `max_age` (OpenID Connect Core §3.1.2.1).
 */
function isSignedInFor(
  ctx: AppContext,
  { params, pending, signedInAs }: Authorization,
  usable: Connection[],
  { session, user }: LiveSession,
): boolean {
  const connection = usable.find(({ id }) => id === session.connectionId)
  if (!connection || (params.connection !== undefined && connection.name !== params.connection)) return false
  const isAnswer = hasSignedInForIt({ pending, signedInAs }, session)
  if (params.subject !== undefined && params.subject !== user.userId) {
    if (isAnswer) throw new OAuthError('login_required', 'Another user signed in than the one who was asked for.')
    return false
  }
  const asksWhen = params.max_age !== undefined || params.prompt.includes('login')
  if (isAnswer && asksWhen && session.authenticatedAt === UNKNOWN_TIME)
    throw new OAuthError('login_required', 'The user signed in at a provider that does not say when that was.')
  if (isAnswer) return true
  if (params.prompt.some((prompt) => prompt === 'login' || prompt === 'select_account' || prompt === 'create'))
    return false
  return params.max_age === undefined || ctx.clock.now() - session.authenticatedAt < params.max_age * SECOND
}

const hasSignedInForIt = (
  { pending, signedInAs }: Pick<Authorization, 'pending' | 'signedInAs'>,
  { id }: LiveSession['session'],
): boolean => pending?.sessionId === id || signedInAs === id

/** @returns whether the person was named as a tester and is to be asked, which allowing the app answers */
async function requireMayUse(
  ctx: AppContext,
  { client, params }: Authorization,
  { user }: LiveSession,
): Promise<boolean> {
  if (await isOpenTo(ctx, client, user)) return false
  if (params.prompt.includes('none'))
    throw new OAuthError(
      'access_denied',
      'The app is not approved yet, and this user is none of its testers: add their address as a tester, or submit the app for review.',
    )
  if ((await invitedAddress(ctx, client, user)) !== undefined) return true
  throw new AuthorizationRefused(
    403,
    'access_denied: the app is not approved, and the user is not one of its testers',
    `${client.name} is not open to everyone yet`,
    'It has not been reviewed, so only its makers and the testers they have named can use it. If you are meant to test it, ask its makers to add your e-mail address as a tester, and confirm it in your account.',
  )
}

/**
 * Whether the sign-in proves less than the client asks for (OpenID Connect Core §3.1.2.1 `acr_values`). Classes that
 * there are not here count only where one of them is essential (§5.5.1.1).
 */
function needsSecondFactor(
  { acr_values, acr_essential }: StoredAuthorizationRequest,
  { session }: LiveSession,
): boolean {
  if (acr_values === undefined) return false
  const wanted = acr_values.filter((acr) => supportedAcrValues.includes(acr))
  if (wanted.length === 0 && acr_essential) {
    const possible = supportedAcrValues.join(', ')
    throw new OAuthError(
      'unmet_authentication_requirements',
      `None of the acr values that were asked for can be reached here; there are ${possible}.`,
    )
  }
  return wanted.length > 0 && !reachesAcr(session.amr, wanted)
}

/** The scopes that stand, and the grant they rest on; `undefined` where the person has to be asked. */
async function consentFor(
  ctx: AppContext,
  { client, target, params, pending, signedInAs }: Authorization,
  { session, user }: LiveSession,
): Promise<{ scope: string[]; grant: Grant | undefined } | undefined> {
  if (pending?.consentedScope && pending.consentedBy === user.userId) {
    const grant = await findGrant(ctx.db, user.userId, client.clientId, target.audience)
    if (!grant) throw new OAuthError('access_denied', 'The user has taken back the consent.')
    if (newSince(grant, client)) throw new OAuthError('access_denied', 'The app was changed meanwhile; start again.')
    return { scope: pending.consentedScope, grant }
  }
  // What the API has lost since the request came is not asked for.
  const scope = scopesWithinRegistration(client, target, params.scope)
  const question = {
    client,
    userId: user.userId,
    target,
    scope,
    redirectUri: params.redirect_uri,
    prompt: params.prompt,
    isAttended: hasSignedInForIt({ pending, signedInAs }, session),
  }
  const standing = await standingConsent(ctx, question)
  return standing.required ? undefined : { scope, grant: standing.grant }
}

/** What is left of it at this moment: client, API and consent may have changed since the request came. */
async function requireStanding(
  ctx: AppContext,
  { client, params }: Authorization,
  { session, user }: LiveSession,
  { scope, grant }: { scope: string[]; grant: Grant | undefined },
): Promise<string[]> {
  const standing = await standingAccess(ctx, {
    client,
    user,
    audience: params.audience ?? null,
    scope,
    connection: await findUseOfConnection(ctx, client, session.connectionId),
    grantId: grant?.id ?? null,
    grant,
    givenAt: ctx.clock.now(),
  })
  if ('ended' in standing) throw new OAuthError('access_denied', standing.ended)
  return standing.scope
}

/** What a request is told that allows no page of ours (OpenID Connect Core §3.1.2.6). */
const INTERACTION_NEEDED = {
  login: ['login_required', 'Login required'],
  'second-factor': ['interaction_required', 'Multifactor authentication required'],
  consent: ['consent_required', 'Consent required'],
} as const

const redirectTo = (location: string): HttpAnswer => ({
  status: 302,
  headers: { location, 'cache-control': 'no-store' },
})

/** Sends the browser to a page of ours; `prompt=none` forbids that. */
async function askPerson(
  ctx: AppContext,
  authorization: Authorization,
  page: keyof typeof INTERACTION_NEEDED,
): Promise<HttpAnswer> {
  const { params, pending } = authorization
  const id = await waitingRequest(ctx, authorization, page)
  const wantsSignUp = params.prompt.includes('create') || params.screen_hint === 'signup'
  const path = page === 'login' && wantsSignUp && !pending ? 'signup' : page
  return redirectTo(`/u/${path}?request=${id}`)
}

/** Straight to the provider where the request names one (Auth0's `connection`), else to the page that has them all. */
async function askToSignIn(ctx: AppContext, authorization: Authorization, usable: Connection[]): Promise<HttpAnswer> {
  const { params } = authorization
  const provider = usable.find((connection) => connection.name === params.connection && isFederated(connection))
  if (!provider) return askPerson(ctx, authorization, 'login')
  const requestId = await waitingRequest(ctx, authorization, 'login')
  try {
    return redirectTo(await startProviderLogin(ctx, provider, { requestId }, loginWishes(params)))
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return redirectTo(`/u/login?request=${requestId}&problem=unavailable`)
  }
}

/** The id of the request while it waits for the person. */
async function waitingRequest(
  ctx: AppContext,
  { client, params, pending, signedInAs }: Authorization,
  needed: keyof typeof INTERACTION_NEEDED,
): Promise<string> {
  if (params.prompt.includes('none')) {
    const [error, description] = INTERACTION_NEEDED[needed]
    throw new OAuthError(error, description)
  }
  return pending?.id ?? (await openPendingAuthorization(ctx, client.clientId, params, signedInAs))
}
