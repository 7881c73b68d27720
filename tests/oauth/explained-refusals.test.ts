import { beforeAll, describe, expect, it } from 'vitest'
import { sweepExpired } from '~/domain/tokens/sweep'
import { DAY } from '~/platform/durations'
import * as activity from '~/routes/portal._app.apps_.$clientId_.activity'
import * as refusal from '~/routes/portal._app.apps_.$clientId_.refusals.$id'
import { createApi, createApprovedApp, createFirstPartyClient, type TestClient } from '~tests/support/fixtures'
import { createPartner, openVisitorOf, type PartnerPerson } from '~tests/support/people'
import {
  answerOf,
  authorizeParams,
  CALLBACK,
  createWorld,
  obtainTokens,
  openBrowser,
  type World,
} from './authorization-world'

let world: World
let partner: PartnerPerson
let app: TestClient

beforeAll(async () => {
  world = await createWorld()
  partner = await createPartner(world.services)
  app = await createApprovedApp(partner)
})

const authorize = async (given: Record<string, string | undefined>, as = app) =>
  (await openBrowser(world, world.user)).authorize(authorizeParams(as, given))

/** What the partner reads behind an `error_uri`. */
async function look(uri: string | undefined, who = partner) {
  const { pathname } = new URL(uri ?? '')
  const [, clientId = '', id = ''] = /^\/portal\/apps\/([^/]+)\/refusals\/([^/]+)$/.exec(pathname) ?? []
  const visitor = await openVisitorOf(world.services, 'portal', who)
  const page = await visitor.load(refusal, pathname, { clientId, id })
  return { status: page.status, refusal: (page.value as { refusal: Record<string, unknown> }).refusal }
}

describe('a refusal has an address at which the app’s makers see what was compared', () => {
  it('of a callback that is not registered, on the page that stops it', async () => {
    const page = await authorize({ redirect_uri: 'https://app.example.com/other' })
    const uri = /href="(http[^"]+refusals[^"]+)"/.exec(page.text)?.[1]
    expect((await look(uri)).refusal).toMatchObject({
      endpoint: '/authorize',
      error: 'unauthorized_client',
      compared: expect.arrayContaining([
        { name: 'redirect_uri', sent: 'https://app.example.com/other', registered: [CALLBACK], differs: true },
      ]),
    })
  })

  it('of a challenge that is missing, in the answer at the callback', async () => {
    const { error, error_uri } = answerOf(
      await authorize({ code_challenge: undefined, code_challenge_method: 'plain' }),
    )
    expect(error).toBe('invalid_request')
    expect((await look(error_uri)).refusal).toMatchObject({
      description: expect.stringContaining('PKCE'),
      compared: expect.arrayContaining([
        expect.objectContaining({ name: 'code_challenge_method', sent: 'plain' }),
        expect.objectContaining({ name: 'state', registered: ['approved'] }),
      ]),
    })
  })

  it('of a client that did not prove itself as it is registered, with what the answer does not tell', async () => {
    const { clientId } = app
    const answer = await world.machine.postForm('/oauth/token', {
      grant_type: 'authorization_code',
      client_id: clientId,
      code: 'x',
    })
    expect(answer.json.error_description).not.toContain('sent no proof')
    expect((await look(answer.json.error_uri as string)).refusal).toMatchObject({
      error: 'invalid_client',
      detail: 'a confidential client sent no proof',
    })
  })

  it('and nothing that is a secret', async () => {
    const secrets = {
      code: 'ac_the-code',
      code_verifier: 'v'.repeat(43),
      client_secret: 'cs_the-secret',
      refresh_token: 'rt_x',
    }
    const answer = await world.machine.postForm('/oauth/token', {
      grant_type: 'authorization_code',
      client_id: app.clientId,
      ...secrets,
    })
    const seen = JSON.stringify(await look(answer.json.error_uri as string))
    for (const secret of Object.values(secrets)) expect(seen).not.toContain(secret)
  })
})

describe('a scope of an API that the request does not name', () => {
  const photos = 'https://photos.example.com/'
  const shownTo = async ({ clientId }: TestClient) => {
    const visitor = await openVisitorOf(world.services, 'portal', partner)
    const page = await visitor.load(activity, `/portal/apps/${clientId}/activity`, { clientId })
    return (page.value as { refusals: { description: string }[] }).refusals.map(({ description }) => description)
  }

  it('is left out of the answer, and its makers read once which audience it needs', async () => {
    await createApi(world.services, {
      name: 'Photos',
      identifier: photos,
      scopes: [{ value: 'read:photos', description: 'See your photos', sensitivity: 'basic' }],
    })
    const slip = await createApprovedApp(partner)
    const scope = 'openid read:photos read:current_user read:nothing'
    const { scope: given } = await obtainTokens(world, slip, { scope })
    expect(given).toBe('openid')
    await authorize({ scope }, slip)
    const { client_id: _own, ...pushed } = Object.fromEntries(authorizeParams(slip, { scope }))
    expect((await world.machine.postForm('/oauth/par', pushed, { client: slip })).status).toBe(201)
    const shown = await shownTo(slip)
    expect(shown).toHaveLength(1)
    expect(shown[0]).toContain(`read:photos belongs to Photos: send audience=${photos}`)
    expect(shown[0]).toContain(
      'read:current_user belongs to the Management API: send audience=http://localhost:3000/api/v2/',
    )
    expect(shown[0]).not.toContain('read:nothing')
  })

  it('is not told of where the app could not ask for it, nor where it was named', async () => {
    await createApi(world.services, {
      name: 'Books',
      identifier: 'https://books.example.com/',
      openToPartners: false,
      scopes: [{ value: 'read:books', description: 'See the books', sensitivity: 'basic' }],
    })
    const requests = [{ audience: photos, scope: 'read:photos', reason: 'to print them', required: false }]
    const right = await createApprovedApp(partner, { scopeRequests: requests })
    await authorize({ scope: 'openid read:books' }, right)
    await authorize({ scope: 'openid read:photos', audience: photos }, right)
    expect(await shownTo(right)).toEqual([])
  })
})

it('nobody but the app’s own team opens it', async () => {
  const { error_uri } = answerOf(await authorize({ scope: 'no"quotes' }))
  expect((await look(error_uri)).status).toBe(200)
  expect((await look(error_uri, await createPartner(world.services))).status).toBe(404)
})

it('what the protocol goes on from has none, nor have the tenant’s own clients', async () => {
  expect(answerOf(await authorize({ prompt: 'none' }))).not.toHaveProperty('error_uri')
  const own = await createFirstPartyClient(world.services)
  expect(answerOf(await authorize({ code_challenge_method: 'plain' }, own))).not.toHaveProperty('error_uri')
})

it('the newest stand on the activity page; a flood is not kept whole, and none for longer than a week', async () => {
  const flooded = await createApprovedApp(partner)
  const answers = await Promise.all(
    Array.from({ length: 70 }, () => authorize({ code_challenge_method: 'plain' }, flooded)),
  )
  expect(answers.filter((answer) => answerOf(answer).error_uri !== undefined)).toHaveLength(60)
  const visitor = await openVisitorOf(world.services, 'portal', partner)
  const shown = async () => {
    const page = await visitor.load(activity, `/portal/apps/${flooded.clientId}/activity`, {
      clientId: flooded.clientId,
    })
    return (page.value as { refusals: unknown[] }).refusals
  }
  expect(await shown()).toHaveLength(10)
  world.services.clock.advance(8 * DAY)
  await sweepExpired(world.services)
  const again = await openVisitorOf(world.services, 'portal', partner)
  const page = await again.load(activity, `/portal/apps/${flooded.clientId}/activity`, { clientId: flooded.clientId })
  expect((page.value as { refusals: unknown[] }).refusals).toHaveLength(0)
})
