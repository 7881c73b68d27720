/** An OpenID Connect or OAuth 2 provider, asked as a client of it: openid-client, over the rules for outbound requests. */
import { type CryptoKey, importJWK, type JWK } from 'jose'
import * as openid from 'openid-client'
import { systemClock } from './clock'
import { SECOND, toSeconds } from './durations'
import { readJson, requireBounded } from './json'
import type { Outbound } from './outbound'

export type ProviderMetadata = openid.ServerMetadata

/** What is known of a provider: its metadata and, after the first use, its keys. */
export type KnownProvider = { metadata: ProviderMetadata; keys?: openid.ExportedJWKSCache }

/** How this server proves itself to a provider. */
export type ProviderCredential =
  | { method: 'client_secret_post' | 'client_secret_basic'; secret: string }
  | { method: 'private_key_jwt'; kid: string; alg: string; jwk: JWK }
  | { method: 'none' }

/** Who asks for what at a provider. */
export type ProviderClient = {
  provider: KnownProvider
  clientId: string
  credential: ProviderCredential
  /** Whether the provider speaks OpenID Connect: its ID token is required, and verified with its signature. */
  hasIdToken: boolean
  /** What the time is: of assertions, and when an ID token is looked at. */
  now: number
}

/** A provider could not be asked, or gave an answer that cannot be believed. The message is for the log. */
export class ProviderFailure extends Error {
  override readonly name = 'ProviderFailure'
  constructor(
    cause: unknown,
    /** What the provider itself gave as the reason (RFC 6749 §4.1.2.1, §5.2). */
    readonly error = cause instanceof openid.AuthorizationResponseError || cause instanceof openid.ResponseBodyError
      ? cause.error
      : undefined,
  ) {
    super(describe(cause), { cause })
  }
}

function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown'
  const { code } = cause as { code?: string }
  const deeper = cause.cause instanceof Error ? `: ${describe(cause.cause)}` : ''
  return `${cause.message}${code ? ` (${code})` : ''}${deeper}`.slice(0, 500)
}

/** Everything that a library call throws is what the provider did, or said of itself. */
async function asked<Value>(ask: () => Promise<Value> | Value): Promise<Value> {
  try {
    return await ask()
  } catch (error) {
    throw new ProviderFailure(error)
  }
}

export type ProviderFetch = openid.CustomFetch

const MAX_BYTES = 256 * 1024
const TIMEOUT = 10 * SECOND
const BODILESS = new Set([204, 205, 304])

/**
 * @param ownHosts hosts that the tenant itself named: they may lie in its own network, and be asked without TLS. What a
 * provider names elsewhere has to be a public address.
 */
export const providerFetch =
  (outbound: Outbound, ownHosts: ReadonlySet<string>): ProviderFetch =>
  async (address, { method, headers, body }) => {
    const url = new URL(address)
    const isOwn = ownHosts.has(url.host)
    if (!isOwn && url.protocol !== 'https:') throw new Error(`${url.host} is asked with TLS only`)
    const answer = await outbound(url, {
      method: method === 'POST' ? 'POST' : 'GET',
      headers,
      body: body === undefined || body === null ? undefined : String(body),
      maxBytes: MAX_BYTES,
      timeout: TIMEOUT,
      mayBePrivate: isOwn,
    })
    // The library reads what it is given at any depth.
    requireBounded(answer.body)
    const received = new Headers()
    for (const [name, value] of Object.entries(answer.headers))
      for (const item of [value ?? []].flat()) received.append(name, item)
    return new Response(BODILESS.has(answer.status) ? null : answer.body, { status: answer.status, headers: received })
  }

/**
 * What a provider publishes of itself (OpenID Connect Discovery §4). @param server its issuer, or the address of the
 * document. @throws ProviderFailure
 */
export const discoverProvider = (server: URL, fetch: ProviderFetch): Promise<KnownProvider> =>
  asked(async () => {
    const options = { [openid.customFetch]: fetch, execute: [openid.allowInsecureRequests] }
    const found = await openid.discovery(server, 'discovery', undefined, openid.None(), options)
    return { metadata: found.serverMetadata() }
  })

async function configure(
  { provider, clientId, credential, hasIdToken, now }: ProviderClient,
  fetch: ProviderFetch,
): Promise<openid.Configuration> {
  const clock = { [openid.clockSkew]: toSeconds(now - systemClock.now()) }
  const configuration = new openid.Configuration(provider.metadata, clientId, clock, await authenticate(credential))
  // Which addresses may be asked without TLS is for `fetch` to say.
  openid.allowInsecureRequests(configuration)
  if (hasIdToken) openid.enableNonRepudiationChecks(configuration)
  if (provider.keys) openid.setJwksCache(configuration, provider.keys)
  configuration[openid.customFetch] = fetch
  return configuration
}

async function authenticate(credential: ProviderCredential): Promise<openid.ClientAuth> {
  switch (credential.method) {
    case 'client_secret_post':
      return openid.ClientSecretPost(credential.secret)
    case 'client_secret_basic':
      return openid.ClientSecretBasic(credential.secret)
    case 'private_key_jwt': {
      const { kid, alg, jwk } = credential
      return openid.PrivateKeyJwt({ kid, key: (await importJWK(jwk, alg)) as CryptoKey })
    }
    case 'none':
      return openid.None()
  }
}

/** Where a person is sent to sign in. @throws ProviderFailure for a provider that has no such page */
export const providerSignInUrl = (
  client: ProviderClient,
  fetch: ProviderFetch,
  parameters: Record<string, string>,
): Promise<URL> => asked(async () => openid.buildAuthorizationUrl(await configure(client, fetch), parameters))

export const codeChallengeOf = (verifier: string): Promise<string> => openid.calculatePKCECodeChallenge(verifier)

export type ProviderAnswer = { accessToken: string; idToken: Record<string, unknown> | undefined }

/**
 * Exchanges the code of an answer, and verifies what comes for it: state, issuer (RFC 9207), signature, nonce.
 * @param address that the browser came back to, with its query
 * @throws ProviderFailure
 */
export const redeemProviderAnswer = (
  client: ProviderClient,
  fetch: ProviderFetch,
  address: URL,
  expected: { state: string; codeVerifier: string; nonce: string },
): Promise<ProviderAnswer> =>
  asked(async () => {
    const configuration = await configure(client, fetch)
    const { state: expectedState, codeVerifier: pkceCodeVerifier, nonce: expectedNonce } = expected
    const tokens = await openid.authorizationCodeGrant(configuration, address, {
      expectedState,
      pkceCodeVerifier,
      ...(client.hasIdToken ? { expectedNonce, idTokenExpected: true } : {}),
    })
    client.provider.keys = openid.getJwksCache(configuration)
    return { accessToken: tokens.access_token, idToken: client.hasIdToken ? tokens.claims() : undefined }
  })

/** What the provider's userinfo endpoint says of a subject (OpenID Connect Core §5.3). @throws ProviderFailure */
export const readUserinfo = (
  client: ProviderClient,
  fetch: ProviderFetch,
  accessToken: string,
  subject: string,
): Promise<Record<string, unknown>> =>
  asked(async () => openid.fetchUserInfo(await configure(client, fetch), accessToken, subject))

/** A JSON document that an access token opens. @throws ProviderFailure */
export const readResource = (
  client: ProviderClient,
  fetch: ProviderFetch,
  accessToken: string,
  url: URL,
): Promise<unknown> =>
  asked(async () => {
    const headers = new Headers({ accept: 'application/json' })
    const answer = await openid.fetchProtectedResource(
      await configure(client, fetch),
      accessToken,
      url,
      'GET',
      null,
      headers,
    )
    if (answer.status !== 200) throw new Error(`${url.host} answered ${answer.status}`)
    return readJson(await answer.text())
  })
