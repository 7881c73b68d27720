import { call, form } from './load'
import { appTokens, authorizeCall, basic, codeOf, machineCall, redeem, SCOPE, type Subject } from './subject'
import type { BenchTenant } from './tenant'

/** What is measured, and the bare work that it is compared with. */
export type Workload = {
  name: string
  bare: string
  prepare(subject: Subject): Promise<(connection: number) => Promise<void>>
}

async function expectOk(answer: Promise<{ status: number; body: string }>, contains: string): Promise<void> {
  const { status, body } = await answer
  if (status !== 200 || !body.includes(contains)) throw new Error(`answered ${status}: ${body.slice(0, 300)}`)
}

export const workloads: Workload[] = [
  {
    name: 'W1 client credentials, JWT',
    bare: '/one-signature-and-commit',
    async prepare(subject) {
      const request = machineCall(subject)
      return () => expectOk(call(subject.server.origin, request), '"access_token":"eyJ')
    },
  },
  {
    name: 'W2 refresh with rotation and ID token',
    bare: '/one-signature-and-commit',
    async prepare(subject) {
      const chains = (await subject.signIn()).map(({ refreshToken }) => refreshToken)
      return async (connection) => {
        const before = chains[connection] ?? ''
        const { refresh_token } = await appTokens(subject, { grant_type: 'refresh_token', refresh_token: before })
        if (!refresh_token || refresh_token === before) throw new Error('the refresh token was not rotated')
        chains[connection] = refresh_token
      }
    },
  },
  {
    name: 'W3 login: authorize, code, tokens',
    bare: '/one-signature-and-commit',
    async prepare(subject) {
      const requests = (await subject.signIn()).map(({ cookie }) => authorizeCall(subject, cookie, { scope: SCOPE }))
      return async (connection) => {
        const request = requests[connection]
        if (request) await redeem(subject, codeOf((await call(subject.server.origin, request)).location))
      }
    },
  },
  {
    name: 'W4 userinfo',
    bare: '/read',
    async prepare(subject) {
      const people = await subject.signIn()
      return (connection) => {
        const headers = { authorization: `Bearer ${people[connection]?.accessToken}` }
        return expectOk(call(subject.server.origin, { method: 'GET', path: subject.paths.userinfo, headers }), '"sub"')
      }
    },
  },
  {
    name: 'W5 introspection',
    bare: '/read',
    async prepare(subject) {
      const people = await subject.signIn()
      const { introspect } = subject.paths
      const requests = people.map(({ accessToken }) => form(introspect, { token: accessToken }, basic(subject.app)))
      return async (connection) => {
        const request = requests[connection]
        if (request) await expectOk(call(subject.server.origin, request), '"active":true')
      }
    },
  },
  {
    name: 'W6 discovery and keys',
    bare: '/ready',
    prepare: async ({ server, paths }) => {
      let odd = false
      return () => {
        odd = !odd
        return odd
          ? expectOk(call(server.origin, { method: 'GET', path: paths.discovery }), 'issuer')
          : expectOk(call(server.origin, { method: 'GET', path: paths.keys }), 'keys')
      }
    },
  },
]

const PER_PAGE = 50

/** Lists of the Management API, read on page by page by their number: from the first one, and far behind it. */
export function listWorkloads({ readers }: BenchTenant, rows: number): Workload[] {
  const half = Math.floor(rows / PER_PAGE / 2)
  const lists = ['users', 'clients'].flatMap((list) => [0, half].map((from) => ({ list, from })))
  return lists.map(({ list, from }) => ({
    name: `${list}, ${PER_PAGE} a page, from page ${from}`,
    bare: '/read',
    async prepare(subject) {
      const { origin } = subject.server
      const bearers = await Promise.all(
        readers.map(async (machine) => {
          const machineParameters = { audience: `${origin}/api/v2/` }
          const answer = await call(origin, machineCall({ ...subject, machine, machineParameters }))
          return `Bearer ${JSON.parse(answer.body).access_token}`
        }),
      )
      const pages = readers.map(() => from)
      return async (connection) => {
        const page = pages[connection] ?? from
        pages[connection] = page + 1 < from + half ? page + 1 : from
        const path = `/api/v2/${list}?per_page=${PER_PAGE}&page=${page}`
        const headers = { authorization: bearers[connection] ?? '' }
        await expectOk(call(origin, { method: 'GET', path, headers }), '[')
      }
    },
  }))
}
