import type { JWK } from 'jose'
import type { AppContext } from '~/context'
import {
  type KnownProvider,
  type ProviderClient,
  type ProviderCredential,
  ProviderFailure,
  type ProviderFetch,
  type ProviderMetadata,
  providerFetch,
} from '~/platform/identity-provider'
import { readOwnJson } from '~/platform/json'
import { type Connection, listConnectionKeys } from '~db/queries/connections'
import { stateOfConnectionKey } from './connection-keys'
import { withoutSlash } from './issuer'

/** The provider behind a connection, as it is asked. */
export type ConnectionProvider = { client: ProviderClient; fetch: ProviderFetch; scope: string }

const GITHUB: ProviderMetadata = {
  issuer: 'https://github.com/login/oauth',
  authorization_endpoint: 'https://github.com/login/oauth/authorize',
  token_endpoint: 'https://github.com/login/oauth/access_token',
}
const GOOGLE = new URL('https://accounts.google.com')

/** Whether people of a connection sign in at a provider, and not with a password that is kept here. */
export const isFederated = ({ strategy }: Connection): boolean => strategy !== 'auth0'

/** Rejects with `ProviderFailure` where the provider does not say what it can do. */
export async function providerOfConnection(ctx: AppContext, connection: Connection): Promise<ConnectionProvider> {
  const { strategy, options } = connection
  const fetch = providerFetch(ctx.outbound, ownHosts(connection))
  const client = {
    provider: await knownProvider(ctx, connection, fetch),
    clientId: options.client_id ?? '',
    credential: await credentialOf(ctx, connection),
    hasIdToken: strategy === 'oidc' || strategy === 'google-oauth2',
    now: ctx.clock.now(),
  }
  return { client, fetch, scope: scopeOf(connection) }
}

/** The hosts that the tenant itself has named. */
function ownHosts({ options }: Connection): ReadonlySet<string> {
  const { issuer, discovery_url, authorizationURL, tokenURL, userInfoURL } = options
  const named = [issuer, discovery_url, authorizationURL, tokenURL, userInfoURL]
  return new Set(named.filter((url) => url !== undefined).map((url) => new URL(url).host))
}

async function knownProvider(
  ctx: AppContext,
  { strategy, options }: Connection,
  fetch: ProviderFetch,
): Promise<KnownProvider> {
  if (strategy === 'github') return { metadata: GITHUB }
  if (strategy === 'google-oauth2') return ctx.knownProviders.find(GOOGLE, fetch)
  if (strategy === 'oidc') {
    const { issuer, discovery_url } = options
    const found = await ctx.knownProviders.find(new URL(discovery_url ?? issuer ?? ''), fetch)
    if (issuer !== undefined && withoutSlash(found.metadata.issuer) !== withoutSlash(issuer))
      throw new ProviderFailure(new Error(`the document names the issuer ${found.metadata.issuer}, not ${issuer}`))
    return found
  }
  const { authorizationURL = '', tokenURL = '', issuer = new URL(authorizationURL).origin } = options
  return { metadata: { issuer, authorization_endpoint: authorizationURL, token_endpoint: tokenURL } }
}

async function credentialOf(ctx: AppContext, connection: Connection): Promise<ProviderCredential> {
  const { options, encryptedClientSecret } = connection
  const { token_endpoint_auth_method: method = 'client_secret_post' } = options
  if (method === 'private_key_jwt') return keyOf(ctx, connection)
  if (method === 'none' || encryptedClientSecret === null) return { method: 'none' }
  return {
    method: method === 'client_secret_basic' ? method : 'client_secret_post',
    secret: await ctx.encryption.decrypt(encryptedClientSecret),
  }
}

/** The key that signs at this moment. */
async function keyOf(ctx: AppContext, { id, name }: Connection): Promise<ProviderCredential> {
  const keys = await listConnectionKeys(ctx.db, { connectionId: id })
  const key = keys.findLast((known) => stateOfConnectionKey(known, ctx.clock.now()) === 'current')
  if (!key) throw new Error(`the connection ${name} has no key that signs; restore the database from a backup`)
  const { kid, alg } = key
  return {
    method: 'private_key_jwt',
    kid,
    alg,
    jwk: readOwnJson(await ctx.encryption.decrypt(key.encryptedPrivateJwk)) as JWK,
  }
}

/** What a connection asks for where its options say nothing. */
function scopeOf({ strategy, options }: Connection): string {
  const given = [options.scope ?? []].flat().flatMap((text) => text.split(' '))
  const ofGoogle = [
    'openid',
    ...(options.email === false ? [] : ['email']),
    ...(options.profile === false ? [] : ['profile']),
  ]
  const first: Record<string, string[]> = {
    oidc: given.length > 0 ? ['openid'] : ['openid', 'profile', 'email'],
    'google-oauth2': ofGoogle,
    github: given.length > 0 ? [] : ['read:user', 'user:email'],
  }
  return [...new Set([...(first[strategy] ?? []), ...given])].filter(Boolean).join(' ')
}
