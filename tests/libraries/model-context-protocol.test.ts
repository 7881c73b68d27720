import { auth, type OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js'
import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { findFreePort } from '~tests/support/free-port'
import { type Prepared, serve, startTenant } from './tenant'
import { openUserAgent } from './user-agent'

const CALLBACK = 'http://localhost:33418/callback'

let tenant: Prepared<void>
let serverUrl: string

beforeAll(async () => {
  const port = await findFreePort()
  serverUrl = `http://localhost:${port}/mcp`
  tenant = await startTenant(async ({ api, openRegistration }) => {
    await api(serverUrl)
    await openRegistration()
  })
  // What an MCP server says of itself (RFC 9728).
  await serve(port, (request, response) => {
    const isMetadata = request.url?.startsWith('/.well-known/oauth-protected-resource')
    response.writeHead(isMetadata ? 200 : 404, { 'content-type': 'application/json' })
    response.end(
      JSON.stringify({ resource: serverUrl, authorization_servers: [tenant.issuer], scopes_supported: ['read:items'] }),
    )
  })
})

/** What an agent keeps, in memory. */
function openAgent() {
  const kept: {
    client?: Parameters<NonNullable<OAuthClientProvider['saveClientInformation']>>[0]
    tokens?: Parameters<OAuthClientProvider['saveTokens']>[0]
    verifier: string
    url?: URL
  } = { verifier: '' }
  const provider: OAuthClientProvider = {
    redirectUrl: CALLBACK,
    clientMetadata: {
      client_name: 'Agent',
      redirect_uris: [CALLBACK],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    },
    clientInformation: () => kept.client,
    saveClientInformation: (client) => void Object.assign(kept, { client }),
    tokens: () => kept.tokens,
    saveTokens: (tokens) => void Object.assign(kept, { tokens }),
    redirectToAuthorization: (url) => void Object.assign(kept, { url }),
    saveCodeVerifier: (verifier) => void Object.assign(kept, { verifier }),
    codeVerifier: () => kept.verifier,
  }
  return { kept, provider }
}

describe('the client of @modelcontextprotocol/sdk', () => {
  it('finds the server by the resource, registers, and gets a token for that resource alone', async () => {
    const { kept, provider } = openAgent()
    expect(await auth(provider, { serverUrl })).toBe('REDIRECT')
    expect(kept.client).toMatchObject({ client_name: 'Agent' })
    const back = await openUserAgent(tenant.email, ({ href }) => href.startsWith(CALLBACK)).comeBack(
      kept.url?.href ?? '',
    )
    const authorizationCode = back.searchParams.get('code') ?? ''
    const iss = back.searchParams.get('iss') ?? undefined
    expect(await auth(provider, { serverUrl, authorizationCode, iss } as never)).toBe('AUTHORIZED')
    const claims = decodeJwt(kept.tokens?.access_token ?? '')
    expect([claims.aud].flat()).toContain(serverUrl)
    expect(String(claims.scope).split(' ')).toContain('read:items')
  })
})
