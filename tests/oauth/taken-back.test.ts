/** What was allowed once and is taken back ends wherever it is used, and not only where it began. */
import { beforeAll, describe, expect, it } from 'vitest'
import { addTester, removeTester } from '~/domain/apps/testers'
import { allowConsent } from '~/domain/grants/answer-consent'
import { findPendingAuthorization } from '~/domain/grants/pending-authorization'
import { revokeApp } from '~/domain/grants/revoke-app'
import { setClientRules } from '~/domain/moderation/set-client-rules'
import { findSession } from '~/domain/sessions/sessions'
import { newId } from '~/platform/ids'
import { deleteClientGrantsOfAudience, upsertClientGrant } from '~db/queries/client-grants'
import { updateResourceServer } from '~db/queries/resource-servers'
import { visitorContext } from '~tests/support/context'
import {
  createApi,
  createApprovedApp,
  createFirstPartyClient,
  createPortalApp,
  createThirdPartyClient,
  grantToClient,
  requireApp,
} from '~tests/support/fixtures'
import { createEndUser, createPartner, findOwner } from '~tests/support/people'
import {
  ALL_SCOPES,
  API,
  answerOf,
  authorizeParams,
  createWorld,
  introspect,
  newPkce,
  obtainCode,
  obtainTokens,
  openBrowser,
  pendingId,
  redeem,
  refresh,
  userinfo,
  type World,
} from './authorization-world'

let world: World
beforeAll(async () => {
  world = await createWorld()
})

it('a consent that is taken back before the request goes on gives no code', async () => {
  const app = await createThirdPartyClient(world.services)
  const person = await createEndUser(world.services, { isVerified: true })
  const browser = await openBrowser(world, person)
  const params = authorizeParams(app, { code_challenge: newPkce().challenge })
  const id = pendingId(await browser.authorize(params), 'consent')
  const ctx = visitorContext(world.services, { cookies: browser.cookies })
  const [pending, live] = [await findPendingAuthorization(ctx, id), await findSession(ctx, 'account')]
  if (!pending || !live) throw new Error('nothing waits for the person')
  await allowConsent(ctx, pending, live, ALL_SCOPES.split(' '))
  await revokeApp(ctx, person.user.userId, app.clientId)
  expect(answerOf(await browser.get(`/authorize/resume?request=${id}`))).toMatchObject({ error: 'access_denied' })
})

it('a tester who is removed has opened nothing for the app: not by a code, a refresh token or an access token', async () => {
  const partner = await createPartner(world.services)
  const { ctx } = partner
  const app = await createPortalApp(partner)
  const tester = await createEndUser(world.services, { isVerified: true })
  const address = tester.user.email ?? ''
  await addTester(ctx, await requireApp(ctx, app.clientId), address)
  const tokens = await obtainTokens(world, app, { scope: 'openid offline_access' }, tester)
  const code = await obtainCode(world, app, { scope: 'openid offline_access' }, tester)
  expect((await userinfo(world, tokens)).status).toBe(200)
  await removeTester(ctx, await requireApp(ctx, app.clientId), address)
  expect((await userinfo(world, tokens)).status).toBe(401)
  expect((await introspect(world, app, tokens.access_token)).json).toEqual({ active: false })
  expect((await refresh(world, app, tokens.refresh_token)).json).toMatchObject({ error: 'invalid_grant' })
  expect((await redeem(world, app, code)).json).toMatchObject({ error: 'invalid_grant' })
  await addTester(ctx, await requireApp(ctx, app.clientId), address)
  expect((await refresh(world, app, tokens.refresh_token)).json).toMatchObject({ error: 'invalid_grant' })
  await obtainTokens(world, app, { scope: 'openid' }, tester)
  expect((await refresh(world, app, tokens.refresh_token)).status).toBe(200)
})

it('an app that is set to strict can do no more with the tokens that it has than with new ones', async () => {
  const { ctx } = await findOwner(world.services)
  const person = await createEndUser(world.services, { isVerified: true })
  const management = `${world.services.config.issuer}api/v2/`
  const app = await createThirdPartyClient(world.services)
  const own = await obtainTokens(world, app, { audience: management, scope: 'read:current_user' }, person)
  const profile = await obtainTokens(world, app, { scope: 'openid email offline_access' }, person)
  const ofApi = await obtainTokens(world, app, { audience: API, scope: 'openid read:items' }, person)
  const readSelf = () => world.machine.get(`/api/v2/users/${person.user.userId}`, { bearer: own.access_token })
  expect((await readSelf()).status).toBe(200)
  expect((await userinfo(world, profile)).status).toBe(200)
  await setClientRules(ctx, app.clientId, { thirdPartySecurityMode: 'strict' })
  expect((await readSelf()).status).toBe(401)
  for (const tokens of [profile, ofApi]) expect((await userinfo(world, tokens)).status).toBe(401)
  expect((await introspect(world, app, ofApi.access_token)).json).toEqual({ active: false })
  await setClientRules(ctx, app.clientId, { thirdPartySecurityMode: 'permissive' })
  expect((await readSelf()).status).toBe(200)
})

it('an API that is closed to partners is closed to drafts too; what an owner has approved continues', async () => {
  const person = await createEndUser(world.services, { isVerified: true })
  const api = await createApi(world.services, { identifier: 'https://boats.example.com/', name: 'Boats' })
  const scopeRequests = [{ audience: api.identifier, scope: 'read:items', reason: 'To show them.', required: false }]
  const maker = await createPartner(world.services)
  const draft = await createPortalApp(maker, { scopeRequests })
  await addTester(maker.ctx, await requireApp(world.services, draft.clientId), person.email)
  const live = await createApprovedApp(await createPartner(world.services), { scopeRequests })
  const asked = { audience: api.identifier, scope: 'read:items offline_access' }
  const [ofDraft, ofLive] = [
    await obtainTokens(world, draft, asked, person),
    await obtainTokens(world, live, asked, person),
  ]
  await world.services.db.run(updateResourceServer(api.id, { openToPartners: false }))
  expect((await refresh(world, draft, ofDraft.refresh_token)).json).toMatchObject({ error: 'invalid_grant' })
  expect((await introspect(world, draft, ofDraft.access_token)).json).toEqual({ active: false })
  await expect(obtainTokens(world, draft, asked, person)).rejects.toThrow()
  expect((await refresh(world, live, ofLive.refresh_token)).status).toBe(200)
})

it('an approved app that is set to strict keeps the APIs that it was approved for', async () => {
  const { ctx } = await findOwner(world.services)
  const scopeRequests = [{ audience: API, scope: 'read:items', reason: 'To show them.', required: false }]
  const app = await createApprovedApp(await createPartner(world.services), { scopeRequests })
  await setClientRules(ctx, app.clientId, { thirdPartySecurityMode: 'strict' })
  const given = { audience: API, scope: 'read:items', nonce: undefined }
  const strict = { ...app, client: (await requireApp(world.services, app.clientId)).client }
  expect((await obtainTokens(world, strict, given)).scope).toBe('read:items')
})

it('access without the person ends when its API no longer has that', async () => {
  const app = await createThirdPartyClient(world.services)
  const api = await createApi(world.services, { identifier: 'https://offline.example.com/', name: 'Offline' })
  const tokens = await obtainTokens(world, app, { audience: api.identifier, scope: 'read:items offline_access' })
  expect((await refresh(world, app, tokens.refresh_token)).status).toBe(200)
  const again = await obtainTokens(world, app, { audience: api.identifier, scope: 'read:items offline_access' })
  await world.services.db.run(updateResourceServer(api.id, { allowOfflineAccess: false }))
  expect((await refresh(world, app, again.refresh_token)).json).toMatchObject({ error: 'invalid_grant' })
})

describe('a strict app', () => {
  const grantApi = async (clientId: string, scope: string[], audience = API) => {
    const grant = { clientId, audience, subjectType: 'user' as const, scope }
    await world.services.db.run(
      upsertClientGrant({ id: newId('cgr'), createdAt: world.services.clock.now(), updatedAt: 0, ...grant }),
    )
  }
  const createStrict = async () => {
    const grantTypes = ['authorization_code', 'refresh_token']
    const app = await createThirdPartyClient(world.services, { thirdPartySecurityMode: 'strict', grantTypes })
    await grantApi(app.clientId, ['read:items', 'write:items'])
    return app
  }
  const asked = { audience: API, scope: 'read:items write:items offline_access', nonce: undefined }

  it('has no audience of /userinfo any more, and keeps that of its API, even one whose identifier ends so', async () => {
    const { ctx } = await findOwner(world.services)
    const app = await createThirdPartyClient(world.services)
    const { identifier } = await createApi(world.services, {
      identifier: 'https://fish.example.com/userinfo',
      name: 'Fish',
    })
    await grantApi(app.clientId, ['read:items'], identifier)
    const tokens = await obtainTokens(world, app, { audience: identifier, scope: 'openid read:items' })
    const audience = async () => [(await introspect(world, app, tokens.access_token)).json.aud].flat()
    expect(await audience()).toEqual([identifier, `${world.services.config.issuer}userinfo`])
    await setClientRules(ctx, app.clientId, { thirdPartySecurityMode: 'strict' })
    expect(await audience()).toEqual([identifier])
    expect((await userinfo(world, tokens)).status).toBe(401)
  })

  it('keeps access while the person is away, where the API has that', async () => {
    const app = await createStrict()
    const tokens = await obtainTokens(world, app, asked)
    expect(tokens.scope).toBe('read:items write:items offline_access')
    expect((await refresh(world, app, tokens.refresh_token)).status).toBe(200)
  })

  it('has of the API what its client grant leaves it, also by what it got before', async () => {
    const app = await createStrict()
    const tokens = await obtainTokens(world, app, asked)
    const code = await obtainCode(world, app, asked)
    await grantApi(app.clientId, ['read:items'])
    const refreshed = await refresh(world, app, tokens.refresh_token)
    expect(refreshed.json.scope).toBe('read:items offline_access')
    const later = await obtainCode(world, app, asked)
    expect((await redeem(world, app, code)).json.scope).toBe('read:items offline_access')
    await world.services.db.run(deleteClientGrantsOfAudience(API))
    expect((await redeem(world, app, later)).json).toMatchObject({ error: 'invalid_grant' })
    expect((await refresh(world, app, String(refreshed.json.refresh_token))).json).toMatchObject({
      error: 'invalid_grant',
    })
  })

  it('can push its requests, by the same rules', async () => {
    const app = await createStrict()
    const push = (given: Record<string, string | undefined>) => {
      const params = authorizeParams(app, { ...asked, code_challenge: newPkce().challenge, ...given })
      return world.machine.postForm('/oauth/par', Object.fromEntries(params), { client: app })
    }
    const { json } = await push({})
    const browser = await openBrowser(world, world.user)
    const params = new URLSearchParams({ client_id: app.clientId, request_uri: String(json.request_uri) })
    expect((await browser.authorize(params)).status).toBe(302)
    expect((await push({ screen_hint: 'signup' })).json).toMatchObject({ error: 'invalid_request' })
  })
})

describe('a token for an API', () => {
  it('is revoked with all that stems from the same authorization (RFC 7009 §2.1)', async () => {
    const app = await createThirdPartyClient(world.services)
    const other = await createThirdPartyClient(world.services)
    const tokens = await obtainTokens(world, app, { audience: API, scope: 'openid read:items offline_access' })
    const revoke = (client: typeof app) =>
      world.machine.postForm('/oauth/revoke', { token: tokens.access_token }, { client })
    expect((await revoke(other)).status).toBe(200)
    expect((await userinfo(world, tokens)).status).toBe(200)
    expect((await revoke(app)).status).toBe(200)
    expect((await userinfo(world, tokens)).status).toBe(401)
    expect((await refresh(world, app, tokens.refresh_token)).json).toMatchObject({ error: 'invalid_grant' })
  })

  it('that a client got in its own name ends by itself, and the client is told so', async () => {
    const program = await createFirstPartyClient(world.services, { appType: 'non_interactive' })
    await grantToClient(world.services, program, ['read:items'])
    const { json } = await world.machine.token({ grant_type: 'client_credentials', audience: API }, program)
    const answer = await world.machine.postForm(
      '/oauth/revoke',
      { token: String(json.access_token) },
      { client: program },
    )
    expect(answer).toMatchObject({ status: 400, json: { error: 'unsupported_token_type' } })
  })
})
