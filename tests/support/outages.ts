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

/** Somebody's tokens at an app, refreshed over and over: each time with the token that came last. */
export type Refreshing = { clientId: string; secret: string; refreshToken: string }

export type Answers = {
  /** How often each status was the answer. */
  byStatus: Record<string, number>
  /** Of the answers 503 those that do not say when to try again, or are no page where a page was asked for. */
  unhelpful: number
  /** What the program has said that it stored. */
  stored: string[]
  /** Sign-ins that ended, as a refresh token was taken for a stolen one. */
  signedOut: number
}

/** Lets requests of each kind come until it is stopped. */
export function keepAsking(
  program: Program,
  token: string,
  refreshing: Refreshing[] = [],
): { stop(): Promise<Answers> } {
  const answers: Answers = { byStatus: {}, unhelpful: 0, stored: [], signedOut: 0 }
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
    ...refreshing.map((held) => async () => {
      const response = await refresh(program, held)
      note(response, 'application/json')
      const { refresh_token, error } = (await response.json()) as { refresh_token?: string; error?: string }
      if (error === 'invalid_grant') answers.signedOut += 1
      held.refreshToken = refresh_token ?? held.refreshToken
    }),
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

const refresh = (program: Program, { clientId, secret, refreshToken }: Refreshing) =>
  fetch(program.url('/oauth/token'), {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: clientId,
      client_secret: secret,
      refresh_token: refreshToken,
    }),
  })

const REALM = 'http://auth0.com/oauth/grant-type/password-realm'
const DIRECTORY = 'Username-Password-Authentication'

/** Signs a person in, by password, at an app whose refresh tokens are good once. */
export async function beginRefreshing(program: Program, token: string, number: number): Promise<Refreshing> {
  const ask = async (method: string, path: string, body?: object): Promise<Record<string, string>> => {
    const response = await api(program, token, method, path, body)
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as Record<string, string>
  }
  const lifetimes = { rotation_type: 'rotating', expiration_type: 'expiring', leeway: 0 }
  const { client_id: clientId = '', client_secret: secret = '' } = await ask('POST', 'clients', {
    name: `Refreshing ${number}`,
    app_type: 'regular_web',
    grant_types: [REALM, 'refresh_token'],
    refresh_token: lifetimes,
  })
  const [connection] = (await ask('GET', `connections?name=${DIRECTORY}`)) as unknown as {
    id: string
    enabled_clients: string[]
  }[]
  await ask('PATCH', `connections/${connection?.id}`, {
    enabled_clients: [...(connection?.enabled_clients ?? []), clientId],
  })
  const [email, password] = [`refreshing-${number}@example.com`, 'correct horse battery 1']
  await ask('POST', 'users', { connection: DIRECTORY, email, password, email_verified: true })
  const response = await fetch(program.url('/oauth/token'), {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: REALM,
      realm: DIRECTORY,
      client_id: clientId,
      client_secret: secret,
      username: email,
      password,
      scope: 'openid offline_access',
    }),
  })
  const { refresh_token } = (await response.json()) as { refresh_token?: string }
  if (!refresh_token) throw new Error(`no refresh token: ${response.status}`)
  return { clientId, secret, refreshToken: refresh_token }
}

/** Waits until both a change and `/readyz` are well again. @returns how long that took, and how often it was tried */
export async function timeUntilWell(program: Program): Promise<{ milliseconds: number; tries: number }> {
  const from = performance.now()
  for (let tries = 1; ; tries += 1) {
    const [token, ready] = await Promise.all([requestToken(program), fetch(program.url('/readyz'))])
    await Promise.all([token.text(), ready.text()])
    if (token.status === 200 && ready.status === 200)
      return { milliseconds: Math.round(performance.now() - from), tries }
    await sleep(20)
  }
}
