/** Providers that people sign in at: a second instance of this program, and a plain OAuth 2 server. */
import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createConnection, type NewConnection } from '~/domain/connections/create-connection'
import type { Outbound } from '~/platform/outbound'
import * as callback from '~/routes/login.callback.($connectionId)'
import { updateClient } from '~db/queries/clients'
import type { Connection } from '~db/queries/connections'
import { decide, openBrowser, pendingId, type World } from '~tests/oauth/authorization-world'
import type { Cookies } from '~tests/support/context'
import { createApi, createFirstPartyClient, type TestClient } from '~tests/support/fixtures'
import { findFreePort } from '~tests/support/free-port'
import { openMachine } from '~tests/support/machine'
import { createEndUser, findOwner, type Person } from '~tests/support/people'
import { closeAfterFile, createTestServices, type TestServices } from '~tests/support/services'
import { ISSUER } from '~tests/support/test-environment'
import type { PageAnswer, Visitor } from '~tests/support/visitor'

export const callbackUrl = ({ id }: Pick<Connection, 'id'>) => `${ISSUER}login/callback/${id}`

/** This program as a provider, on a port of this machine. */
export type OidcProvider = World & { issuer: string; origin: string; client: TestClient }

/** @param as the name that it goes by, where that is not its address */
export async function startOidcProvider({ clock }: TestServices, as?: string): Promise<OidcProvider> {
  const port = await findFreePort()
  const origin = `http://localhost:${port}`
  const issuer = as ?? `${origin}/`
  const services = await createTestServices({ clock, env: { ISSUER: issuer } })
  await createApi(services)
  const machine = await openMachine(services)
  await machine.app.listen({ port, host: '127.0.0.1' })
  const user = await createEndUser(services, { isVerified: true })
  const client = await createFirstPartyClient(services)
  return { services, machine, user, issuer, origin, client }
}

/**
 * Does what a person does at the provider: they sign in, or go by the session of a browser there, whatever was asked for.
 * @returns where the provider sends the browser back to
 */
export async function signInAtProvider(
  provider: OidcProvider,
  address: string,
  person = provider.user,
  cookies?: Cookies,
): Promise<URL> {
  const { pathname, origin, searchParams: asked } = new URL(address)
  if (`${origin}/` !== provider.issuer) throw new Error(`not at the provider: ${address}`)
  // As the owner of the connection has it registered there.
  const callbacks = [asked.get('redirect_uri') ?? '']
  await provider.services.db.run(updateClient(asked.get('client_id') ?? '', { callbacks }))
  const browser = await openBrowser(provider, cookies ? undefined : person)
  Object.assign(browser.cookies, cookies)
  for (const wish of ['prompt', 'max_age']) asked.delete(wish)
  let answer = await browser.get(`${pathname}?${asked}`)
  if (answer.header('location')?.startsWith('/u/consent')) {
    answer = await decide(provider, browser, pendingId(answer, 'consent'), (asked.get('scope') ?? '').split(' '))
  }
  const back = answer.header('location') ?? ''
  if (!back.startsWith(`${ISSUER}login/callback/`))
    throw new Error(`the provider did not send back: ${answer.status} ${back}`)
  return new URL(back)
}

/** What a browser gets that comes back from a provider. */
export const comeBack = (visitor: Visitor, { pathname, search }: URL): Promise<PageAnswer> =>
  visitor.load(callback, pathname + search)

/** A connection of the tenant, made as its owner makes it. */
export async function connect(services: TestServices, given: NewConnection): Promise<Connection> {
  const { ctx } = await findOwner(services)
  return createConnection(ctx, { isDomainConnection: true, ...given })
}

export const oidcOptions = ({ issuer, client }: OidcProvider) => ({
  issuer,
  client_id: client.clientId,
  client_secret: client.secret,
})

type PlainPerson = Record<string, unknown>

/** An OAuth 2 server without OpenID Connect: codes are bound by PKCE, and the token opens what is said of a person. */
export type PlainProvider = {
  origin: string
  /** What it answers to, by path. */
  documents: Record<string, PlainPerson | PlainPerson[]>
  /** What the token endpoint was sent. */
  tokenRequests: URLSearchParams[]
  /** Says yes for a person: where the browser is sent back to. */
  allow(address: string): URL
}

export async function startPlainProvider(): Promise<PlainProvider> {
  const codes = new Map<string, string>()
  const tokens = new Set<string>()
  const tokenRequests: URLSearchParams[] = []
  const documents: PlainProvider['documents'] = {}

  function token(body: URLSearchParams): [number, object] {
    tokenRequests.push(body)
    const challenge = codes.get(body.get('code') ?? '')
    codes.delete(body.get('code') ?? '')
    const hashed = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url')
    const isRight = hashed === challenge && body.get('client_secret') === 'its secret'
    if (!isRight || !body.get('redirect_uri')?.startsWith(`${ISSUER}login/callback/`))
      return [400, { error: 'invalid_grant' }]
    const access_token = randomBytes(16).toString('hex')
    tokens.add(access_token)
    return [200, { access_token, token_type: 'bearer' }]
  }

  const server = createServer(async (request, response) => {
    const path = request.url ?? ''
    const [status, body] =
      request.method === 'POST'
        ? token(new URLSearchParams(await textOf(request)))
        : tokens.has((request.headers.authorization ?? '').replace(/^bearer /i, ''))
          ? [documents[path] ? 200 : 404, documents[path] ?? {}]
          : [401, {}]
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closeAfterFile(async () => void server.close())
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    documents,
    tokenRequests,
    allow(address) {
      const { searchParams } = new URL(address)
      const code = randomBytes(16).toString('hex')
      codes.set(code, searchParams.get('code_challenge') ?? '')
      const back = new URL(searchParams.get('redirect_uri') ?? '')
      back.searchParams.set('code', code)
      back.searchParams.set('state', searchParams.get('state') ?? '')
      return back
    },
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

export const plainOptions = ({ origin }: PlainProvider) => ({
  client_id: 'portal',
  client_secret: 'its secret',
  authorizationURL: `${origin}/authorize`,
  tokenURL: `${origin}/token`,
  userInfoURL: `${origin}/me`,
  attribute_map: { attributes: { user_id: 'data.id', email: 'data.mail', name: 'data.label' } },
})

/** The network as it would be if some hosts were elsewhere. */
export const rerouted =
  (outbound: Outbound, to: Record<string, string>): Outbound =>
  (url, request) => {
    const origin = to[url.host]
    if (origin === undefined) return outbound(url, request)
    return outbound(new URL(url.pathname + url.search, origin), { ...request, mayBePrivate: true })
  }

export type { Person }
