import { auth, type OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js'
import { InvalidGrantError } from '@modelcontextprotocol/sdk/server/auth/errors.js'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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

afterAll(() => expect(tenant.problems()).toBe(''))

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

/** Sends the person where the agent says, and gives the agent the code they come back with. */
async function authorize({ kept, provider }: ReturnType<typeof openAgent>, scope?: string) {
  expect(await auth(provider, { serverUrl, scope })).toBe('REDIRECT')
  const agent = openUserAgent(tenant.email, ({ href }) => href.startsWith(CALLBACK))
  const back = await agent.comeBack(kept.url?.href ?? '')
  return back.searchParams.get('code') ?? ''
}

describe('the client of @modelcontextprotocol/sdk', () => {
  it('finds the server by the resource, registers, and gets a token for that resource alone', async () => {
    const agent = openAgent()
    const authorizationCode = await authorize(agent)
    const { kept, provider } = agent
    expect(kept.client).toMatchObject({ client_name: 'Agent' })
    expect(kept.url?.searchParams.get('resource')).toBe(serverUrl)
    expect(await auth(provider, { serverUrl, authorizationCode })).toBe('AUTHORIZED')
    const { aud, scope, client_id } = decodeJwt(kept.tokens?.access_token ?? '')
    expect({ aud, scope, client_id }).toEqual({
      aud: serverUrl,
      scope: 'read:items',
      client_id: kept.client?.client_id,
    })
    expect(kept.tokens?.refresh_token).toBeUndefined()
  })

  it('gets nothing for a code of another agent, nor for its own with another verifier', async () => {
    const agent = openAgent()
    const authorizationCode = await authorize(agent)
    const other = openAgent()
    const otherCode = await authorize(other)
    other.kept.verifier = agent.kept.verifier
    await expect(auth(other.provider, { serverUrl, authorizationCode })).rejects.toBeInstanceOf(InvalidGrantError)
    expect(await auth(agent.provider, { serverUrl, authorizationCode })).toBe('AUTHORIZED')
    const guessed = auth(other.provider, { serverUrl, authorizationCode: otherCode })
    await expect(guessed).rejects.toBeInstanceOf(InvalidGrantError)
  })

  it('refreshes without its person where it asked for that, with a token that is replaced each time', async () => {
    const agent = openAgent()
    const { kept, provider } = agent
    const authorizationCode = await authorize(agent, 'read:items offline_access')
    await auth(provider, { serverUrl, authorizationCode })
    const first = kept.tokens
    expect(await auth(provider, { serverUrl })).toBe('AUTHORIZED')
    expect(kept.tokens?.refresh_token).not.toBe(first?.refresh_token)
    expect(decodeJwt(kept.tokens?.access_token ?? '')).toMatchObject({ aud: serverUrl })
    kept.tokens = first
    await expect(auth(provider, { serverUrl })).rejects.toBeInstanceOf(InvalidGrantError)
  })
})
