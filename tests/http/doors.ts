/** A tenant that has one of each thing, and every address of it: what the program routes, and nothing named here. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import ts from 'typescript'
import { z } from 'zod'
import { brandEndpoints } from '~/account/brand'
import type { MachineEndpoint } from '~/context'
import { managementScopes } from '~/domain/resource-servers/management-api'
import type { ManagementEndpoint } from '~/management/endpoint'
import { managementEndpoints } from '~/management/routes'
import { oauthEndpoints } from '~/oauth/routes'
import { operationsEndpoints } from '~/operations'
import { pageFormToken } from '~/pages/form-token'
import { cookieName } from '~/platform/cookies'
import { findTenantSettings, updateTenantSettings } from '~db/queries/tenant'
import { authorizeParams } from '~tests/oauth/authorization-world'
import { type Params, visitorContext } from '~tests/support/context'
import {
  API,
  createApi,
  createFirstPartyClient,
  createSubmittedApp,
  createThirdPartyClient,
  grantToClient,
  type TestClient,
} from '~tests/support/fixtures'
import { basicAuthorization, encodeFields } from '~tests/support/machine'
import { pageRoutes } from '~tests/support/pages'
import { createEndUser, createPartner, findOwner, signIn } from '~tests/support/people'
import { findNodes, readSources } from '~tests/support/source-files'
import { PROJECT_FOLDER } from '~tests/support/tenant-template'
import type { PageRoute } from '~tests/support/visitor'
import { fieldsOf } from '../pages/act-fields'
import { readPages } from '../pages/pages-with-acts'
import { type Server, startServer } from './server'

/** What deletes comes last: the others need what it deletes. */
const endpoints: MachineEndpoint[] = [
  ...operationsEndpoints,
  ...brandEndpoints,
  ...oauthEndpoints,
  ...managementEndpoints,
].toSorted((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'))

const isManagement = ({ path }: MachineEndpoint) => path.startsWith('/api/v2')

export const machineDoors = endpoints.filter((endpoint) => !isManagement(endpoint))
export const managementDoors = endpoints.filter(isManagement)

export const declarationOf = (endpoint: MachineEndpoint): ManagementEndpoint['declaration'] | undefined =>
  (endpoint as Partial<ManagementEndpoint>).declaration

/** The addresses of the pages that take a form. */
export const pageDoors: string[] = []

/** What the buttons of a page send, by its address: also those that are shown only where there is something to do. */
export const actsAt = new Map<string, { intent: string; fields: string[] }[]>()

const tables = new Map((await readPages()).map((page) => [`routes/${page.name}`, page]))
for (const route of pageRoutes()) {
  const { action }: PageRoute = await import(join(PROJECT_FOLDER, 'app', route.file))
  if (!action) continue
  pageDoors.push(addressOf(route))
  const table = tables.get(route.id)
  if (!table) continue
  const acts = Object.entries(table.acts).map(([intent, { run }]) => ({ intent, fields: fieldsOf(table, run.name) }))
  actsAt.set(addressOf(route), acts)
}

function addressOf({ path = '', parentId }: ReturnType<typeof pageRoutes>[number]): string {
  const parent = pageRoutes().find(({ id }) => id === parentId)
  return `${parent ? addressOf(parent) : ''}/${path}`.replace(/\/$/, '').replace('//', '/') || '/'
}

/** The parameters that the authorization server reads anywhere, by its sources. */
export const parameters: string[] = [
  ...new Set(
    readSources('app/oauth').flatMap(({ tree }) =>
      findNodes(tree, ts.isCallExpression).flatMap((call) => {
        const read = call.expression.getText(tree)
        const name = /\.get$/.test(read)
          ? call.arguments[0]
          : read === 'requireParameter'
            ? call.arguments[1]
            : undefined
        return name && ts.isStringLiteral(name) ? [name.text] : []
      }),
    ),
  ),
]

type Schema = { properties?: Record<string, Schema>; required?: string[]; anyOf?: Schema[]; allOf?: Schema[] }

/** The members of a body as paths, `['jwt_configuration', 'alg']`, three levels deep, and those that it has to have. */
export function membersOf(body: z.ZodType): { paths: string[][]; required: string[] } {
  const paths = new Map<string, string[]>()
  const walk = (schema: Schema, path: string[]) => {
    for (const one of [...(schema.anyOf ?? []), ...(schema.allOf ?? [])]) walk(one, path)
    for (const [name, inner] of Object.entries(path.length < 3 ? (schema.properties ?? {}) : {})) {
      paths.set([...path, name].join('.'), [...path, name])
      walk(inner, [...path, name])
    }
  }
  const schema = z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' }) as Schema
  walk(schema, [])
  return { paths: [...paths.values()], required: schema.required ?? [] }
}

/** The forms that a page shows: their fields by name, with what stands in them. */
export function formsOf(html: string): Map<string, string>[] {
  return [...html.matchAll(/<form\b[^>]*>([\s\S]*?)<\/form>/g)].map(([, inner = '']) => {
    const fields = new Map<string, string>()
    for (const [, attributes = ''] of inner.matchAll(/<(?:input|textarea|select|button)\b([^>]*)>/g)) {
      const name = /\bname="([^"]+)"/.exec(attributes)?.[1]
      if (name && !fields.has(name)) fields.set(name, /\bvalue="([^"]*)"/.exec(attributes)?.[1] ?? '')
    }
    return fields
  })
}

export type World = Server & {
  /** May sign people in at pages of its own. */
  app: TestClient
  /** An address with the parameters that name something of this tenant. */
  placed(path: string): string
  /** A token of a program that may do everything; each has a limit of calls of its own. */
  openProgram(): Promise<string>
  /** A browser that is signed in to every area, with a request of the app that waits. */
  openBrowser(): Promise<{ cookie: string; formToken: string; request: string }>
}

export async function createWorld(): Promise<World> {
  const server = await startServer({ TRUST_PROXY: '127.0.0.1' })
  const { services } = server
  const { flags } = await findTenantSettings(services.db)
  await services.db.run(
    updateTenantSettings({ registration: 'open', flags: { ...flags, enable_dynamic_client_registration: true } }),
  )
  const api = await createApi(services)
  const app = await createThirdPartyClient(services, { crossOriginAuthentication: true })
  const user = await createEndUser(services, { isVerified: true })
  const partner = await createPartner(services)
  const submitted = await createSubmittedApp(partner)
  const owner = await findOwner(services)
  const audience = `${services.config.issuer}api/v2/`

  async function openProgram() {
    const program = await createFirstPartyClient(services, { appType: 'non_interactive' })
    const scopes = managementScopes.map(({ value }) => value)
    await grantToClient(services, program, scopes, audience)
    const answer = await server.send('/oauth/token', {
      method: 'POST',
      headers: {
        authorization: basicAuthorization(program),
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: encodeFields({ grant_type: 'client_credentials', audience }),
    })
    return String(JSON.parse(answer.text).access_token)
  }

  const token = await openProgram()
  const create = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const { text } = await server.send(`/api/v2${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    return String(JSON.parse(text).id)
  }
  const connection = await create('/connections', { name: 'people', strategy: 'auth0' })
  const webhook = await create('/webhooks', { url: 'https://hooks.example.com/', events: ['app.approved'] })

  /** What parameters are called in this tenant, by the first place that fits. */
  const things: [place: RegExp, names: Params][] = [
    [/^\/api\/v2\/users\//, { id: user.user.userId }],
    [/^\/api\/v2\/resource-servers\//, { id: API }],
    [/\/connections\//, { id: connection }],
    [/\/webhooks\//, { id: webhook }],
    [/\/partners\//, { id: partner.partner.id }],
    [/^\/(api\/v2|admin|portal)\/apps\//, { client_id: submitted.clientId, clientId: submitted.clientId }],
    [/^\/admin\/apis\//, { id: api.id }],
    [/^\/admin\/reviews\//, { id: submitted.versionId }],
    [/^\/admin\/users\//, { id: user.user.userId }],
    [/./, { client_id: app.clientId, id: app.clientId }],
  ]

  return {
    ...server,
    app,
    openProgram,
    placed(path) {
      const names = things.find(([place]) => place.test(path))?.[1] ?? {}
      return path
        .replace(/\/:\w+\?/g, '')
        .replace(/:(\w+)/g, (_all, name) => encodeURIComponent(names[name] ?? 'unknown'))
        .replace('*', 'unknown')
    },
    async openBrowser() {
      const visitorId = randomBytes(24).toString('base64url')
      const cookies = {
        'visitor-1': visitorId,
        ...(await signIn(services, 'account', user)),
        ...(await signIn(services, 'portal', partner)),
        ...(await signIn(services, 'admin', owner)),
      }
      const cookie = Object.entries(cookies)
        .map(([name, value]) => `${cookieName(services.config, name)}=${value}`)
        .join('; ')
      const asked = await server.send(`/authorize?${authorizeParams(app)}`, { headers: { cookie } })
      const { searchParams } = new URL(String(asked.headers.location), services.config.issuer)
      return {
        cookie,
        formToken: await pageFormToken(visitorContext(services, { cookies })),
        request: searchParams.get('request') ?? '',
      }
    },
  }
}
