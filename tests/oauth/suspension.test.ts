import { expect, it } from 'vitest'
import { reinstateApp } from '~/domain/moderation/reinstate-app'
import { suspendApp } from '~/domain/moderation/suspend-app'
import { createThirdPartyClient } from '~tests/support/fixtures'
import { findOwner } from '~tests/support/people'
import {
  API,
  authorizeParams,
  createWorld,
  introspect,
  obtainCode,
  obtainTokens,
  openBrowser,
  redeem,
  refresh,
  userinfo,
} from './authorization-world'

it('a suspended app is refused everywhere from the next request on, and reinstated it goes on where it was', async () => {
  const world = await createWorld()
  const app = await createThirdPartyClient(world.services)
  const owner = await findOwner(world.services)
  const opaque = await obtainTokens(world, app)
  const jwt = await obtainTokens(world, app, { audience: API, scope: 'openid offline_access read:items' })
  const code = await obtainCode(world, app)
  await suspendApp(owner.ctx, app.clientId, 'It asks people for their passwords.')

  const authorize = await (await openBrowser(world, world.user)).authorize(authorizeParams(app))
  expect(authorize.status).toBe(403)
  expect(authorize.header('location')).toBeUndefined()
  expect(authorize.text).toContain('is suspended')
  expect((await redeem(world, app, code)).json.error).toBe('invalid_grant')
  for (const tokens of [opaque, jwt]) {
    expect((await refresh(world, app, tokens.refresh_token)).json.error).toBe('invalid_grant')
    expect((await userinfo(world, tokens)).status).toBe(401)
    expect((await introspect(world, app, tokens.access_token)).json).toEqual({ active: false })
  }

  await reinstateApp(owner.ctx, app.clientId, 'The makers have mended it.')
  expect((await userinfo(world, opaque)).status).toBe(200)
  expect((await refresh(world, app, jwt.refresh_token)).status).toBe(200)
  expect((await redeem(world, app, code)).status).toBe(200)
})
