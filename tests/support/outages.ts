/** A program on a PostgreSQL of its own that can be made to fail, and people and programs who use it meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises'
import { migratePostgres } from '~db/migrate'
import { startPostgres, type TestPostgres } from './postgres'
import { type Program, startProgram } from './process'
import { closeAfterFile } from './services'
import { MIGRATIONS_FOLDER } from './tenant-template'
import { MANAGEMENT_CLIENT, TEST_ENVIRONMENT } from './test-environment'

const ROLE = 'portal'
const DATABASE = 'portal'

export type Outage = {
  name: string
  begin(server: TestPostgres): Promise<void>
  end(server: TestPostgres): Promise<void>
}

const terminate = `select pg_terminate_backend(pid) from pg_stat_activity where usename = '${ROLE}'`

/** Everything that PostgreSQL does to its clients when it fails, is maintained, or fails over. */
export const OUTAGES: Outage[] = [
  {
    name: 'a fast restart',
    begin: (server) => server.shutDown('fast'),
    end: (server) => server.start(),
  },
  {
    name: 'an immediate restart',
    begin: (server) => server.shutDown('immediate'),
    end: (server) => server.start(),
  },
  {
    name: 'sessions that are terminated',
    begin: async (server) => void (await server.query(terminate)),
    end: async (server) => void (await server.query(terminate)),
  },
  {
    name: 'no connection free',
    async begin(server) {
      await server.query(`alter role ${ROLE} connection limit 0`)
      await server.query(terminate)
    },
    end: async (server) => void (await server.query(`alter role ${ROLE} connection limit -1`)),
  },
  {
    name: 'read-only, as after a failover',
    async begin(server) {
      await server.query('alter system set default_transaction_read_only = on')
      await server.query('select pg_reload_conf()')
    },
    async end(server) {
      await server.query('alter system reset default_transaction_read_only')
      await server.query('select pg_reload_conf()')
    },
  },
]

export type World = { program: Program; server: TestPostgres }

/** @param settings of the server, such as that it writes to the disk what it acknowledges */
export async function startOnPostgres(settings?: string[]): Promise<World> {
  const server = await startPostgres({ settings })
  closeAfterFile(() => server.stop())
  await server.query(`create role ${ROLE} login password 'portal'`)
  await server.create(`${DATABASE} owner ${ROLE}`)
  const url = server.url(DATABASE).replace('postgres:postgres@', `${ROLE}:portal@`)
  await migratePostgres(url, MIGRATIONS_FOLDER)
  const { ISSUER: _, LOG_LEVEL: __, ...env } = TEST_ENVIRONMENT
  return { server, program: await startProgram({ env: { ...env, DATABASE_URL: url } }) }
}

export type Answers = {
  /** How often each status was the answer. */
  byStatus: Record<string, number>
  /** Of the answers 503 those that do not say when to try again, or are no page where a page was asked for. */
  unhelpful: number
  /** What the program has said that it stored. */
  stored: string[]
}

/** Lets requests of each kind come until it is stopped. */
export function useMeanwhile(program: Program, token: string): { stop(): Promise<Answers> } {
  const answers: Answers = { byStatus: {}, unhelpful: 0, stored: [] }
  let isOver = false
  let made = 0
  const note = (response: Response, type: string) => {
    answers.byStatus[response.status] = (answers.byStatus[response.status] ?? 0) + 1
    const isHelpful = response.headers.has('retry-after') && response.headers.get('content-type')?.includes(type)
    if (response.status === 503 && !isHelpful) answers.unhelpful += 1
  }
  const kinds: (() => Promise<void>)[] = [
    async () => note(await requestToken(program), 'application/json'),
    async () => {
      made += 1
      const identifier = `https://api-${Date.now()}-${made}.example.com/`
      const response = await api(program, token, 'POST', 'resource-servers', { identifier, name: 'Made meanwhile' })
      note(response, 'application/json')
      if (response.status === 201) answers.stored.push(identifier)
    },
    async () => note(await page(program, '/account/sign-in'), 'text/html'),
    async () => note(await page(program, '/authorize?client_id=nobody'), 'text/html'),
  ]
  const loops = kinds.map(async (use) => {
    while (!isOver) {
      await use().catch(() => {
        answers.byStatus.none = (answers.byStatus.none ?? 0) + 1
      })
      await sleep(20)
    }
  })
  return {
    async stop() {
      isOver = true
      await Promise.all(loops)
      return answers
    },
  }
}

export const page = (program: Program, path: string) =>
  fetch(program.url(path), { headers: { accept: 'text/html' }, redirect: 'manual' })

export const api = (program: Program, token: string, method: string, path: string, body?: object) =>
  fetch(program.url(`/api/v2/${path}`), {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    body: body && JSON.stringify(body),
  })

export const requestToken = (program: Program) =>
  fetch(program.url('/oauth/token'), {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: MANAGEMENT_CLIENT.clientId,
      client_secret: MANAGEMENT_CLIENT.secret,
      audience: program.url('/api/v2/'),
    }),
  })

/** @returns milliseconds until both a change and `/readyz` are well again */
export async function timeUntilWell(program: Program): Promise<number> {
  const from = performance.now()
  for (;;) {
    const [token, ready] = await Promise.all([requestToken(program), fetch(program.url('/readyz'))])
    await Promise.all([token.text(), ready.text()])
    if (token.status === 200 && ready.status === 200) return performance.now() - from
    await sleep(20)
  }
}
