import { CONNECTIONS, call, form } from './load'
import { API, type BenchTenant, CALLBACK } from './tenant'

/** What is measured, and the bare work that it is compared with. */
export type Workload = {
  name: string
  limit: string
  /** The target of the design, in CPU milliseconds, on the machine it was written on; for orientation. */
  target?: number
  prepare(origin: string): Promise<(connection: number) => Promise<void>>
}

type Tokens = { access_token: string; refresh_token: string; id_token: string }

const SCOPE = 'openid profile email offline_access'

export function workloads({ machine, app, cookies, pkce }: BenchTenant): Workload[] {
  const basic = { authorization: `Basic ${Buffer.from(`${app.clientId}:${app.secret}`).toString('base64')}` }
  const authorizePath = `/authorize?${new URLSearchParams({
    client_id: app.clientId,
    redirect_uri: CALLBACK,
    response_type: 'code',
    scope: SCOPE,
    state: 'state',
    nonce: 'nonce',
    code_challenge: pkce.challenge,
    code_challenge_method: 'S256',
  })}`

  async function token(origin: string, fields: Record<string, string>): Promise<Tokens> {
    const answer = await call(origin, form('/oauth/token', fields, basic))
    if (answer.status !== 200) throw new Error(`the token endpoint answered ${answer.status}: ${answer.body}`)
    return JSON.parse(answer.body)
  }

  async function logIn(origin: string, connection: number): Promise<Tokens> {
    const answer = await call(origin, {
      method: 'GET',
      path: authorizePath,
      headers: { cookie: cookies[connection] ?? '' },
    })
    const code = new URL(answer.location ?? 'about:blank').searchParams.get('code')
    if (!code) throw new Error(`no code came back: ${answer.status} ${answer.location} ${answer.body}`)
    return token(origin, {
      grant_type: 'authorization_code',
      code,
      redirect_uri: CALLBACK,
      code_verifier: pkce.verifier,
    })
  }

  const logInOnEach = (origin: string) =>
    Promise.all(Array.from({ length: CONNECTIONS }, (_, connection) => logIn(origin, connection)))

  async function expectOk(answer: Promise<{ status: number; body: string }>, contains: string): Promise<void> {
    const { status, body } = await answer
    if (status !== 200 || !body.includes(contains)) throw new Error(`answered ${status}: ${body.slice(0, 300)}`)
  }

  return [
    {
      name: 'W1 client credentials, JWT',
      limit: '/one-signature-and-commit',
      target: 0.3,
      prepare: async (origin) => async () => {
        const fields = {
          grant_type: 'client_credentials',
          client_id: machine.clientId,
          client_secret: machine.secret,
          audience: API,
        }
        await expectOk(call(origin, form('/oauth/token', fields)), 'access_token')
      },
    },
    {
      name: 'W2 refresh with rotation and ID token',
      limit: '/one-signature-and-commit',
      target: 0.39,
      async prepare(origin) {
        const chains = (await logInOnEach(origin)).map(({ refresh_token }) => refresh_token)
        return async (connection) => {
          const answer = await token(origin, { grant_type: 'refresh_token', refresh_token: chains[connection] ?? '' })
          chains[connection] = answer.refresh_token
        }
      },
    },
    {
      name: 'W3 login: authorize, code, tokens',
      limit: '/one-signature-and-commit',
      target: 0.53,
      prepare: async (origin) => async (connection) => {
        await logIn(origin, connection)
      },
    },
    {
      name: 'W4 userinfo',
      limit: '/read',
      target: 0.072,
      async prepare(origin) {
        const tokens = await logInOnEach(origin)
        return async (connection) => {
          const headers = { authorization: `Bearer ${tokens[connection]?.access_token}` }
          await expectOk(call(origin, { method: 'GET', path: '/userinfo', headers }), '"sub"')
        }
      },
    },
    {
      name: 'W5 introspection',
      limit: '/read',
      target: 0.08,
      async prepare(origin) {
        const tokens = await logInOnEach(origin)
        return async (connection) => {
          const fields = { token: tokens[connection]?.access_token ?? '' }
          await expectOk(call(origin, form('/oauth/introspect', fields, basic)), '"active":true')
        }
      },
    },
    {
      name: 'W6 discovery and keys',
      limit: '/ready',
      target: 0.02,
      prepare: async (origin) => async () => {
        await expectOk(call(origin, { method: 'GET', path: '/.well-known/openid-configuration' }), 'issuer')
        await expectOk(call(origin, { method: 'GET', path: '/.well-known/jwks.json' }), 'keys')
      },
    },
  ]
}

const PER_PAGE = 50

/** Lists of the Management API, read on page by page by their number: from the first one, and far behind it. */
export function listWorkloads({ readers }: BenchTenant, rows: number): Workload[] {
  const half = Math.floor(rows / PER_PAGE / 2)
  const lists = ['users', 'clients'].flatMap((list) => [0, half].map((from) => ({ list, from })))
  return lists.map(({ list, from }) => ({
    name: `${list}, ${PER_PAGE} a page, from page ${from}`,
    limit: '/read',
    async prepare(origin) {
      const bearers = await Promise.all(
        readers.map(async ({ clientId, secret }) => {
          const fields = {
            grant_type: 'client_credentials',
            client_id: clientId,
            client_secret: secret,
            audience: `${origin}/api/v2/`,
          }
          const answer = await call(origin, form('/oauth/token', fields))
          return `Bearer ${JSON.parse(answer.body).access_token}`
        }),
      )
      const pages = readers.map(() => from)
      return async (connection) => {
        const page = pages[connection] ?? from
        pages[connection] = page + 1 < from + half ? page + 1 : from
        const path = `/api/v2/${list}?per_page=${PER_PAGE}&page=${page}`
        const answer = await call(origin, {
          method: 'GET',
          path,
          headers: { authorization: bearers[connection] ?? '' },
        })
        if (answer.status !== 200) throw new Error(`answered ${answer.status}: ${answer.body.slice(0, 300)}`)
      }
    },
  }))
}
