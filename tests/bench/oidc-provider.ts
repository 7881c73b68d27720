/** `oidc-provider`, the peer that Node programs are built on: in its own memory, or on SQLite as this project's data are. */
import { join } from 'node:path'
import { type Answer, CONNECTIONS, call } from './load'
import { startServer } from './server-process'
import { authorizeCall, CALLBACK, codeOf, type Person, redeem, SCOPE, type Subject } from './subject'

/** @param file the SQLite database; without it the peer keeps everything in memory */
export async function openOidcProvider(options: { label: string; port: number; file?: string }): Promise<Subject> {
  const { label, port, file = '' } = options
  const app = { clientId: 'app', secret: 'secret-of-the-app-0123456789-abcdefghijklmnop' }
  const start = () =>
    startServer(['--import', 'tsx', join(import.meta.dirname, 'oidc-provider-server.ts'), String(port), file], {
      env: { NODE_ENV: 'production' },
    })
  const subject: Subject = {
    label,
    server: await start(),
    paths: {
      authorize: '/auth',
      token: '/token',
      userinfo: '/me',
      introspect: '/token/introspection',
      discovery: '/.well-known/openid-configuration',
      keys: '/jwks',
    },
    app,
    machine: app,
    machineParameters: { scope: 'read:things' },
    signIn: () => Promise.all(Array.from({ length: CONNECTIONS }, () => signIn(subject))),
    async restart() {
      await subject.server.stop()
      subject.server = await start()
    },
    close: () => subject.server.stop(),
  }
  return subject
}

/** Follows the redirects through the interaction, which answers by itself, with the cookies of one browser. */
async function signIn(subject: Subject): Promise<Person> {
  const cookies = new Map<string, string>()
  const cookie = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const keep = ({ cookies: set }: Answer) => {
    for (const line of set) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value) cookies.set(name, value)
      else cookies.delete(name)
    }
  }
  const parameters = { scope: `${SCOPE} offline_access`, prompt: 'consent' }
  let answer = await call(subject.server.origin, authorizeCall(subject, '', parameters))
  for (let hop = 0; hop < 8 && answer.location && !answer.location.startsWith(CALLBACK); hop += 1) {
    keep(answer)
    const { pathname, search } = new URL(answer.location, subject.server.origin)
    answer = await call(subject.server.origin, {
      method: 'GET',
      path: pathname + search,
      headers: { cookie: cookie() },
    })
  }
  keep(answer)
  const tokens = await redeem(subject, codeOf(answer.location))
  return { cookie: cookie(), accessToken: tokens.access_token, refreshToken: tokens.refresh_token }
}
