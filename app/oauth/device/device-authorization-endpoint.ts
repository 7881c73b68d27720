import { countRequestOfAnybody } from '~/domain/clients/requests-of-anybody'
import { createDeviceCode } from '~/domain/grants/device-code'
import { DEVICE_GRANT } from '~/domain/policy/client-policy'
import { toSeconds } from '~/platform/durations'
import { json, machineEndpoint } from '../endpoint'
import { readRequestedAccess } from '../requested-access'
import { authenticateClient } from '../token/client-authentication/authenticate-client'
import { requireGrantType, requireNotSuspended } from '../token/grant-types'

/** RFC 8628 §3.1, §3.2. */
export const deviceAuthorizationEndpoint = machineEndpoint('/oauth/device/code', async (ctx, params, request) => {
  const client = await authenticateClient(ctx, params, request)
  requireGrantType(client, DEVICE_GRANT)
  requireNotSuspended(client, DEVICE_GRANT)
  await countRequestOfAnybody(ctx, client)
  const access = await readRequestedAccess(ctx, client, params, { endpoint: '/oauth/device/code' })
  const { deviceCode, userCode, expiresIn, interval } = await createDeviceCode(ctx, { client, ...access })
  const page = `${ctx.config.issuer}activate`
  return json(200, {
    device_code: deviceCode,
    user_code: userCode,
    verification_uri: page,
    verification_uri_complete: `${page}?user_code=${encodeURIComponent(userCode)}`,
    expires_in: toSeconds(expiresIn),
    interval,
  })
})
