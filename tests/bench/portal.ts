/** This project: its build, on a tenant made by its own domain, where the app is a third-party client. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { call } from './load'
import { startServer } from './server-process'
import { API, authorizeCall, codeOf, redeem, SCOPE, type Subject } from './subject'
import { createBenchTenant, growBenchTenant } from './tenant'

const project = join(import.meta.dirname, '../..')
const migrations = join(project, 'db/migrations')

/** @param database `DATABASE_URL`, of a database that is migrated already if it is PostgreSQL */
export async function openPortal(options: { label: string; folder: string; database: string; port: number }) {
  const { label, folder, database, port } = options
  const env = {
    ISSUER: `http://127.0.0.1:${port}/`,
    DATABASE_URL: database,
    ENCRYPTION_KEYS: randomBytes(32).toString('base64url'),
  }
  const tenant = await createBenchTenant(env, migrations)
  const start = () =>
    startServer([join(project, 'app/start.js')], {
      cwd: folder,
      env: { ...env, PORT: String(port), NODE_ENV: 'production', LOG_LEVEL: 'error' },
    })
  const subject: Subject = {
    label,
    server: await start(),
    paths: {
      authorize: '/authorize',
      token: '/oauth/token',
      userinfo: '/userinfo',
      introspect: '/oauth/introspect',
      discovery: '/.well-known/openid-configuration',
      keys: '/.well-known/jwks.json',
    },
    app: tenant.app,
    machine: tenant.machine,
    machineParameters: { audience: API },
    signIn: () =>
      Promise.all(
        tenant.cookies.map(async (cookie) => {
          const request = authorizeCall(subject, cookie, { scope: `${SCOPE} offline_access` })
          const tokens = await redeem(subject, codeOf((await call(subject.server.origin, request)).location))
          return { cookie, accessToken: tokens.access_token, refreshToken: tokens.refresh_token }
        }),
      ),
    async restart() {
      await subject.server.stop()
      subject.server = await start()
    },
    close: () => subject.server.stop(),
  }
  return {
    subject,
    tenant,
    /** Adds that many clients, people, grants and refresh tokens. */
    async grow(many: number) {
      await subject.server.stop()
      await growBenchTenant(env, migrations, many)
      subject.server = await start()
    },
  }
}
