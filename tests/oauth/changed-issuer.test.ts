/** The program moves to another address: what it owns is named after the issuer, and follows it at the next start. */
import { beforeAll, describe, expect, it } from 'vitest'
import { followIssuer } from '~/domain/tenant/follow-issuer'
import { DAY } from '~/platform/durations'
import { backgroundContext } from '~/services'
import { findApp } from '~db/queries/apps'
import { findGrant } from '~db/queries/grants'
import { updateTenantSettings } from '~db/queries/tenant'
import { createApi, createApprovedApp, createFirstPartyClient, type TestClient } from '~tests/support/fixtures'
import { openMachine } from '~tests/support/machine'
import { createPartner } from '~tests/support/people'
import { openSecondNode } from '~tests/support/services'
import { MANAGEMENT_CLIENT } from '~tests/support/test-environment'
import {
  answerOf,
  authorizeParams,
  claimsOf,
  createWorld,
  newPkce,
  obtainTokens,
  openBrowser,
  redeem,
  refresh,
  type Tokens,
  userinfo,
  type World,
} from './authorization-world'

const OLD = 'http://localhost:3000/'
const NEW = 'http://127.0.0.1:3000/'
const SCOPE = 'openid profile offline_access'

let before: World
let after: World
let app: TestClient
let given: Tokens
let own: Tokens
let asMachine: string

/** The next start, with another ISSUER. */
async function restart({ services, user }: World, issuer: string): Promise<World> {
  const moved = await openSecondNode({ ...services, config: { ...services.config, issuer } })
  await followIssuer(backgroundContext(moved))
  return { services: moved, machine: await openMachine(moved), user }
}

const machineToken = ({ machine }: World, audience: string) =>
  machine.token({ grant_type: 'client_credentials', audience }, MANAGEMENT_CLIENT)

const settings = ({ machine }: World, bearer: string) => machine.get('/api/v2/tenants/settings', { bearer })

beforeAll(async () => {
  before = await createWorld()
  const partner = await createPartner(before.services)
  app = await createApprovedApp(partner, {
    scopeRequests: [
      { audience: `${OLD}api/v2/`, scope: 'read:current_user', reason: `as "${OLD}api/v2/" says`, required: false },
      { audience: `${OLD}userinfo`, scope: 'profile', reason: 'to greet you', required: false },
    ],
  })
  given = await obtainTokens(before, app, { scope: SCOPE })
  own = await obtainTokens(before, app, { scope: 'read:current_user', audience: `${OLD}api/v2/` })
  asMachine = String((await machineToken(before, `${OLD}api/v2/`)).json.access_token)
  after = await restart(before, NEW)
})

describe('after a change of ISSUER', () => {
  it('the Management API has its new name, and programs keep what they were granted', async () => {
    const answer = await machineToken(after, `${NEW}api/v2/`)
    expect(answer.status).toBe(200)
    const bearer = String(answer.json.access_token)
    expect(claimsOf(bearer)).toMatchObject({ iss: NEW, aud: `${NEW}api/v2/` })
    expect((await settings(after, bearer)).status).toBe(200)
    const apis = (await after.machine.get('/api/v2/resource-servers', { bearer })).json as unknown as {
      identifier: string
    }[]
    expect(apis.map(({ identifier }) => identifier)).not.toContain(`${OLD}api/v2/`)
  })

  it('people are not asked again for what they have allowed, and apps keep what they asked for', async () => {
    const browser = await openBrowser(after, after.user)
    const { verifier, challenge } = newPkce()
    for (const wanted of [{ scope: SCOPE }, { scope: 'read:current_user', audience: `${NEW}api/v2/` }]) {
      const answer = await browser.authorize(authorizeParams(app, { ...wanted, code_challenge: challenge }))
      const tokens = await redeem(after, app, { code: answerOf(answer).code ?? '', verifier })
      expect(tokens.json.scope).toBe(wanted.scope)
    }
    const { userId } = after.user.user
    expect(await findGrant(after.services.db, userId, app.clientId, `${OLD}userinfo`)).toBeUndefined()
    const manifest = (await findApp(after.services.db, app.clientId))?.live?.manifest
    expect(manifest?.scopeRequests).toEqual([
      expect.objectContaining({ audience: `${NEW}api/v2/`, reason: `as "${OLD}api/v2/" says` }),
      expect.objectContaining({ audience: `${NEW}userinfo` }),
    ])
  })

  it('refresh tokens and opaque tokens of before go on', async () => {
    expect((await userinfo(after, given)).status).toBe(200)
    const renewed = await refresh(after, app, given.refresh_token)
    expect(renewed.json).toMatchObject({ scope: SCOPE })
    expect(claimsOf(String(renewed.json.id_token)).iss).toBe(NEW)
  })

  it('the log says from where to where', async () => {
    const bearer = String((await machineToken(after, `${NEW}api/v2/`)).json.access_token)
    const logs = (await after.machine.get('/api/v2/logs?per_page=100', { bearer })).text
    expect(logs).toContain('issuer')
  })

  it('the former audience is accepted as long as the owner says, in requests and in tokens that are out', async () => {
    const tryAll = async () => {
      const browser = await openBrowser(after, after.user)
      const asked = await browser.authorize(
        authorizeParams(app, { scope: 'read:current_user', audience: `${OLD}api/v2/` }),
      )
      const self = `/api/v2/users/${encodeURIComponent(after.user.user.userId)}`
      return [
        answerOf(asked).code !== undefined,
        (await machineToken(after, `${OLD}api/v2/`)).status,
        (await settings(after, asMachine)).status,
        (await after.machine.get(self, { bearer: own.access_token })).status,
      ]
    }
    expect(await tryAll()).toEqual([true, 200, 200, 200])
    const bearer = String((await machineToken(after, `${NEW}api/v2/`)).json.access_token)
    const changed = await after.machine.sendJson(
      'PATCH',
      '/api/v2/tenants/settings',
      { former_issuer_days: 0 },
      { bearer },
    )
    expect(changed.json.former_issuer_days).toBe(0)
    expect(await tryAll()).toEqual([false, 403, 401, 401])
    await after.services.db.run(updateTenantSettings({ formerIssuerDays: 30 }))
    expect((await machineToken(after, `${OLD}api/v2/`)).status).toBe(200)
    after.services.clock.advance(30 * DAY)
    expect((await machineToken(after, `${OLD}api/v2/`)).status).toBe(403)
  })

  it('and back again all follows too; the address that was left is the former one then', async () => {
    const back = await restart(after, OLD)
    expect((await machineToken(back, `${OLD}api/v2/`)).status).toBe(200)
    expect((await machineToken(back, `${NEW}api/v2/`)).status).toBe(200)
    const again = await restart(back, OLD)
    expect((await machineToken(again, `${NEW}api/v2/`)).status).toBe(200)
  })
})

describe('a database of before, which has noted no issuer', () => {
  it('follows from the name of its Management API, and what was allowed twice counts as it was last', async () => {
    const world = await createWorld()
    const client = await createFirstPartyClient(world.services)
    await world.services.db.run(updateTenantSettings({ issuer: null }))
    // The program of then: only the configuration has changed.
    const unmoved = { ...world.services.config, issuer: NEW }
    const then = await openSecondNode({ ...world.services, config: unmoved })
    const partner = await createPartner(world.services)
    const third = await createApprovedApp(partner)
    await obtainTokens(world, third, { scope: 'openid profile' })
    const there = { services: then, machine: await openMachine(then), user: world.user }
    await obtainTokens(there, third, { scope: 'openid' })
    const moved = await restart(world, NEW)
    expect((await machineToken(moved, `${NEW}api/v2/`)).status).toBe(200)
    const { userId } = world.user.user
    expect((await findGrant(moved.services.db, userId, third.clientId, `${NEW}userinfo`))?.scope).toEqual(['openid'])
    expect(await obtainTokens(moved, client)).toHaveProperty('id_token')
  })

  it('does not start where the tenant has taken the new name, and says what to do', async () => {
    const world = await createWorld()
    await createApi(world.services, { identifier: `${NEW}api/v2/` })
    await expect(restart(world, NEW)).rejects.toThrow(/^ISSUER: there is an API .* delete that API/)
  })
})
