import type { AppContext } from '~/context'
import { type ConnectionProvider, isFederated, providerOfConnection } from '~/domain/connections/provider-of-connection'
import { DAY, MINUTE, SECOND, toSeconds } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { codeChallengeOf, ProviderFailure, providerSignInUrl } from '~/platform/identity-provider'
import { networkOf } from '~/platform/network'
import { hashSecret, newSecret } from '~/platform/secrets'
import { type Connection, insertUpstreamLogin } from '~db/queries/connections'
import type { StoredAuthorizationRequest } from '~db/queries/grants'

const LIFETIME = 15 * MINUTE

/** What a sign-in at a provider is for: a request that waits, a page of the account, an identity to be added to it. */
export type LoginPurpose =
  | { requestId: string }
  | { continueAt: string }
  | { linkSessionId: string; continueAt: string }

/** What is wanted of the sign-in: that it is made now, or not longer ago than `maxAge` (seconds). */
export type LoginWishes = { loginHint?: string; isFresh?: boolean; maxAge?: number }

/** Asked for where no age matters, so that the provider says when the person signed in (OpenID Connect Core §2 `auth_time`). */
const ANY_AGE = 365 * DAY

/** What a waiting request asks of the sign-in (OpenID Connect Core §3.1.2.1). */
export const loginWishes = ({ login_hint, prompt, max_age }: StoredAuthorizationRequest): LoginWishes => ({
  loginHint: login_hint?.slice(0, 254),
  isFresh: prompt.includes('login'),
  maxAge: max_age,
})

type WithConfig = Pick<AppContext, 'config'>

/**
 * Where the provider of a connection sends people back to. The address says whose answer it is: one that another provider
 * had sent there is refused before its code is shown to anybody (RFC 9700 §4.4.2).
 */
export const callbackOf = ({ config }: WithConfig, { id }: Pick<Connection, 'id'>): string =>
  `${config.issuer}login/callback/${id}`

/** Where all providers sent people back to once. It is used as long as the provider names itself in its answers (RFC 9207). */
const sharedCallback = ({ config }: WithConfig): string => `${config.issuer}login/callback`

/** The callback that a provider is sent, and sends people back to. */
export const expectedCallback = (ctx: WithConfig, connection: Connection, { client }: ConnectionProvider): string =>
  connection.hasSharedCallback && client.provider.metadata.authorization_response_iss_parameter_supported === true
    ? sharedCallback(ctx)
    : callbackOf(ctx, connection)

/**
 * What a sign-in is bound by besides its `state`. Both follow from that by a key of the server, so nothing has to be kept
 * that a reader of the database could finish somebody's sign-in with.
 */
export const secretsOfLogin = ({ encryption }: Pick<AppContext, 'encryption'>, state: string) => ({
  codeVerifier: encryption.authenticate('provider login verifier', state),
  nonce: encryption.authenticate('provider login nonce', state),
})

/**
 * Sends the person at this browser to a provider. The answer is taken once, in this browser, for this purpose and from
 * this provider alone (RFC 9700 §2.1, §4.4).
 * @returns the address to send the browser to
 * @throws DomainError `provider_failed` where the provider cannot be reached, `throttled`
 */
export async function startProviderLogin(
  ctx: AppContext,
  connection: Connection,
  purpose: LoginPurpose,
  { loginHint, isFresh = false, maxAge }: LoginWishes = {},
): Promise<string> {
  if (!isFederated(connection)) throw new Error(`people of ${connection.name} do not sign in at a provider`)
  await ctx.throttle.take('provider-login', networkOf(ctx.request.ip))
  const now = ctx.clock.now()
  const state = newSecret('st')
  const { codeVerifier, nonce } = secretsOfLogin(ctx, state)
  try {
    const provider = await providerOfConnection(ctx, connection)
    const { client, fetch, scope } = provider
    const age = isFresh ? 0 : maxAge
    const url = await providerSignInUrl(client, fetch, {
      redirect_uri: expectedCallback(ctx, connection, provider),
      response_type: 'code',
      state,
      code_challenge: await codeChallengeOf(codeVerifier),
      code_challenge_method: 'S256',
      ...(scope ? { scope } : {}),
      ...(client.hasIdToken ? { nonce } : {}),
      ...(client.hasIdToken && isFresh ? { prompt: 'login' } : {}),
      ...(client.hasIdToken ? { max_age: String(age ?? toSeconds(ANY_AGE)) } : {}),
      ...(loginHint ? { login_hint: loginHint } : {}),
    })
    await ctx.db.run(
      insertUpstreamLogin({
        stateHash: hashSecret(state),
        connectionId: connection.id,
        visitorHash: hashSecret(ctx.request.visitorId),
        requestId: 'requestId' in purpose ? purpose.requestId : null,
        continueAt: 'continueAt' in purpose ? purpose.continueAt : null,
        linkSessionId: 'linkSessionId' in purpose ? purpose.linkSessionId : null,
        freshSince: age === undefined ? null : now - age * SECOND,
        createdAt: now,
        expiresAt: now + LIFETIME,
        usedAt: null,
      }),
    )
    return url.href
  } catch (error) {
    throw providerRefusal(ctx, connection, error)
  }
}

/** What a person is told when a provider fails; why is for the log. @returns anything else as it is */
export function providerRefusal({ log, request }: AppContext, connection: Connection, error: unknown): unknown {
  if (!(error instanceof ProviderFailure)) return error
  log.warn({ requestId: request.id, connection: connection.name, reason: error.message }, 'a provider failed')
  const name = connection.displayName ?? connection.name
  return new DomainError(
    'provider_failed',
    `${name} cannot sign you in at present. Try again in a few minutes, or sign in another way.`,
  )
}
