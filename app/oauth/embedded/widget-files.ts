/** The scripts that Auth0's widget loads to learn how people sign in. */
import type { AppContext, MachineEndpoint } from '~/context'
import { connectionsForClient } from '~/domain/connections/connections-for-client'
import { passwordRulesOf } from '~/domain/users/password-rules'
import type { Cors, HttpAnswer } from '~/platform/http'
import { findClient } from '~db/queries/clients'
import { type Connection, listDomainConnections } from '~db/queries/connections'
import { findTenantSettings } from '~db/queries/tenant'
import { json } from '../endpoint'

/** A call of one function with one JSON value: nothing in it can end the script or the value. */
const script = (name: 'Auth0.setClient' | 'Auth0.setTenant', value: object): HttpAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/javascript; charset=utf-8', 'cache-control': 'public, max-age=60' },
  body: `${name}(${JSON.stringify(value).replaceAll('<', '\\u003c')});`,
})

const isDatabase = ({ strategy }: Connection): boolean => strategy === 'auth0'

const passwordPolicyOf = ({ options }: Connection): object => ({
  passwordPolicy: options.passwordPolicy ?? 'low',
  password_complexity_options: { min_length: passwordRulesOf(options).length },
})

/** What one client's users sign in with. */
async function clientFile(ctx: AppContext, file: string): Promise<HttpAnswer> {
  const [, clientId] = /^(.+)\.js$/.exec(file) ?? []
  const client = clientId === undefined ? undefined : await findClient(ctx.db, clientId)
  if (!client || client.suspendedAt !== null) return { status: 404, body: 'There is no such client.\n' }
  const connections = await connectionsForClient(ctx, client)
  const strategies = [...new Set(connections.map(({ strategy }) => strategy))].map((name) => ({
    name,
    connections: connections.filter(({ strategy }) => strategy === name).map(describeForClient),
  }))
  return script('Auth0.setClient', { id: client.clientId, tenant: tenantOf(ctx), strategies })
}

const describeForClient = (connection: Connection): object => ({
  name: connection.name,
  ...(connection.displayName ? { display_name: connection.displayName } : {}),
  ...(isDatabase(connection)
    ? {
        ...passwordPolicyOf(connection),
        showSignup: !connection.options.disable_signup,
        showForgot: true,
        requires_username: false,
      }
    : {}),
})

/** What users of any third-party client sign in with: the domain-level connections. */
async function tenantFile(ctx: AppContext): Promise<HttpAnswer> {
  const connections = await listDomainConnections(ctx.db, {})
  const { defaultDirectory } = await findTenantSettings(ctx.db)
  const database = connections.filter(isDatabase).map(({ name, options }) => ({
    name,
    strategy: 'auth0',
    validation: { passwordPolicy: options.passwordPolicy ?? 'low' },
    allowSignup: !options.disable_signup,
    allowForgot: true,
    requiresUsername: false,
  }))
  const social = connections
    .filter((connection) => !isDatabase(connection))
    .map(({ name, strategy }) => ({ name, strategy }))
  const isReachable = connections.some(({ name }) => name === defaultDirectory)
  return script('Auth0.setTenant', {
    connections: { database, social, enterprise: [], passwordless: [] },
    ...(isReachable ? { defaultDirectory } : {}),
  })
}

const tenantOf = ({ config }: AppContext): string => new URL(config.issuer).hostname.split('.', 1)[0] ?? ''

const file = (path: string, run: MachineEndpoint['run'], cors: Cors = 'public'): MachineEndpoint => ({
  method: 'GET',
  path,
  interactive: false,
  cors,
  run,
})

export const widgetEndpoints: MachineEndpoint[] = [
  file('/client/:file', (ctx, { params }) => clientFile(ctx, params.file ?? '')),
  file('/info-v1.js', tenantFile),
  file('/tenants/v1/:file', tenantFile),
  // Nothing is told of who is signed in to pages of other sites. The widget asks with cookies.
  file('/user/ssodata', async () => json(200, { sso: false }), 'registered-origins-with-cookies'),
]
