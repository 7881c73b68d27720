import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose'
import { expect, it } from 'vitest'
import { beginLogouts } from '~/domain/sessions/deliver-logouts'
import { backgroundContext } from '~/services'
import { updateClient } from '~db/queries/clients'
import { openReceiver } from '../oauth/logout-receiver'
import { openSuite } from './suite'

const BYE = 'https://app.example.com/bye'
const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

it('oidcc-backchannel-rp-initiated-logout: the client gets a logout token of the session, then the person is sent back', async () => {
  const suite = await openSuite('query')
  const { world, client } = suite
  const { received, uri } = await openReceiver()
  const change = { backchannelLogoutUris: [uri], allowedLogoutUrls: [BYE] }
  await world.services.db.run(updateClient(client.clientId, change))
  const browser = await suite.open('user')
  const { id_token } = await suite.run({}, browser)
  const params = new URLSearchParams({ id_token_hint: id_token, post_logout_redirect_uri: BYE })
  const answer = await browser.get(`/oidc/logout?${params}`)
  expect(answer.header('location')).toBe(BYE)
  await Promise.all(await beginLogouts(backgroundContext(world.services)))

  const [delivery] = received
  expect([...(delivery?.body.keys() ?? [])]).toEqual(['logout_token'])
  const keys = (await world.machine.get('/.well-known/jwks.json')).json as unknown as JSONWebKeySet
  const { payload } = await jwtVerify(delivery?.body.get('logout_token') ?? '', createLocalJWKSet(keys), {
    issuer: world.services.config.issuer,
    audience: client.clientId,
    currentDate: new Date(world.services.clock.now()),
  })
  const { sub, sid } = decodeJwt(id_token)
  expect(payload).toMatchObject({ sub, sid, jti: expect.any(String), iat: expect.any(Number) })
  expect(payload.events).toEqual({ [EVENT]: {} })
  expect(payload).not.toHaveProperty('nonce')
  expect(suite.read(await suite.authorize(browser, { prompt: 'none' })).error).toBe('login_required')
})
