import type { AppContext } from '~/context'
import { isFederated, providerOfConnection } from '~/domain/connections/provider-of-connection'
import { MINUTE } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { codeChallengeOf, ProviderFailure, providerSignInUrl } from '~/platform/identity-provider'
import { hashSecret, newSecret } from '~/platform/secrets'
import { type Connection, insertUpstreamLogin } from '~db/queries/connections'
import type { StoredAuthorizationRequest } from '~db/queries/grants'

const LIFETIME = 15 * MINUTE

/** What a sign-in at a provider is for: a request that waits, a page of the account, an identity to be added to it. */
export type LoginPurpose =
  | { requestId: string }
  | { continueAt: string }
  | { linkSessionId: string; continueAt: string }

/** What the client of a waiting request wants of the sign-in. */
export type LoginWishes = { loginHint?: string; isFresh?: boolean; maxAge?: number }

/** What a waiting request asks of the sign-in (OpenID Connect Core §3.1.2.1). */
export const loginWishes = ({ login_hint, prompt, max_age }: StoredAuthorizationRequest): LoginWishes => ({
  loginHint: login_hint?.slice(0, 254),
  isFresh: prompt.includes('login'),
  maxAge: max_age,
})

const CALLBACK_PATH = 'login/callback'

/** Where every provider sends people back to; it is registered there. */
export const providerCallback = ({ config }: Pick<AppContext, 'config'>): string => `${config.issuer}${CALLBACK_PATH}`

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
 * @throws DomainError `provider_failed` where the provider cannot be reached
 */
export async function startProviderLogin(
  ctx: AppContext,
  connection: Connection,
  purpose: LoginPurpose,
  { loginHint, isFresh = false, maxAge }: LoginWishes = {},
): Promise<string> {
  if (!isFederated(connection)) throw new Error(`people of ${connection.name} do not sign in at a provider`)
  const now = ctx.clock.now()
  const state = newSecret('st')
  const { codeVerifier, nonce } = secretsOfLogin(ctx, state)
  try {
    const { client, fetch, scope } = await providerOfConnection(ctx, connection)
    const url = await providerSignInUrl(client, fetch, {
      redirect_uri: providerCallback(ctx),
      response_type: 'code',
      state,
      code_challenge: await codeChallengeOf(codeVerifier),
      code_challenge_method: 'S256',
      ...(scope ? { scope } : {}),
      ...(client.hasIdToken ? { nonce } : {}),
      ...(client.hasIdToken && isFresh ? { prompt: 'login' } : {}),
      ...(client.hasIdToken && maxAge !== undefined ? { max_age: String(maxAge) } : {}),
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
