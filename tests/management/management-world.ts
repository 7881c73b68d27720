/** A tenant, and a program that manages it by the Management API. */
import { expect } from 'vitest'
import { openApiDocument } from '~/management/openapi'
import { managementEndpoints, resourceEndpoints } from '~/management/routes'
import { listAuditEvents } from '~db/queries/audit'
import { obtainTokens, createWorld as openWorld, type World } from '~tests/oauth/authorization-world'
import { createFirstPartyClient, createThirdPartyClient } from '~tests/support/fixtures'
import type { MachineAnswer } from '~tests/support/machine'
import type { Person } from '~tests/support/people'
import { MANAGEMENT_CLIENT } from '~tests/support/test-environment'

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'

export type ManagementWorld = World & {
  audience: string
  /** A token of the tenant's own program, with every scope unless some are named. */
  tokenFor(scope?: string): Promise<string>
  /** Calls as that program; what it answers has to be what the documentation says, and what it makes is recorded. */
  call(method: Method, path: string, body?: unknown, bearer?: string): Promise<MachineAnswer>
  /** A token of a user for a third-party app. */
  userToken(scope: string, person?: Person): Promise<string>
  /** The same for an app of the tenant's own. */
  ownAppToken(scope: string, person?: Person): Promise<string>
}

export async function createManagementWorld(): Promise<ManagementWorld> {
  const world = await openWorld()
  const { machine, services } = world
  const audience = `${services.config.issuer}api/v2/`

  async function tokenFor(scope?: string): Promise<string> {
    const fields = { grant_type: 'client_credentials', audience, ...(scope === undefined ? {} : { scope }) }
    const answer = await machine.token(fields, MANAGEMENT_CLIENT)
    if (answer.status !== 200) throw new Error(`no management token: ${answer.text}`)
    return String(answer.json.access_token)
  }

  const everything = await tokenFor()
  return {
    ...world,
    audience,
    tokenFor,
    async call(method, path, body, bearer = everything) {
      const before = await newestEvent(services)
      const answer = await machine.sendJson(method, `/api/v2${path}`, body, { bearer })
      expectDocumented(method, path, answer)
      if (answer.status < 300 && (method === 'POST' || method === 'PUT')) {
        const event = await newestEvent(services)
        expect(event?.id, `${method} ${path} is recorded`).not.toBe(before?.id)
        expect(event?.actorType, `${method} ${path} is recorded with who did it`).toMatch(/^(client|user)$/)
      }
      return answer
    },
    async userToken(scope, person = world.user) {
      const app = await createThirdPartyClient(services)
      return (await obtainTokens(world, app, { audience, scope }, person)).access_token
    },
    async ownAppToken(scope, person = world.user) {
      const app = await createFirstPartyClient(services)
      return (await obtainTokens(world, app, { audience, scope }, person)).access_token
    },
  }
}

/** Holds an answer against the schema that the documentation is made of: nothing missing, nothing that it does not tell. */
function expectDocumented(method: Method, path: string, { status, text }: MachineAnswer): void {
  const [pathOnly = ''] = `/api/v2${path}`.split('?')
  const found = resourceEndpoints.find(
    ({ declaration }) => declaration.method === method && patternOf(declaration.path).test(pathOnly),
  )
  if (!found) return
  const operation = documentation.paths[found.declaration.path]?.[method.toLowerCase()]
  expect(Object.keys(operation?.responses ?? {}), `${method} ${pathOnly} answers as documented`).toContain(
    String(status),
  )
  if (status >= 300 || text === '' || !found.declaration.answer) return
  const body: unknown = JSON.parse(text)
  const parsed = found.declaration.answer.safeParse(body)
  expect(parsed.error?.message, `${method} ${pathOnly} answers as documented`).toBeUndefined()
  expect(parsed.data, `${method} ${pathOnly} says nothing beyond its documentation`).toEqual(body)
}

const documentation = openApiDocument('https://portal.example/', resourceEndpoints)

const newestEvent = async ({ db }: World['services']) => (await listAuditEvents(db, {}, 1))[0]

const patternOf = (path: string): RegExp => new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`)

export { managementEndpoints, resourceEndpoints }
