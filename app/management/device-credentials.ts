import { z } from 'zod'
import type { AppContext } from '~/context'
import { registerDevice, removeDevice } from '~/domain/tokens/device-credentials'
import { isRotating } from '~/domain/tokens/refresh-token'
import { revokeRefreshToken } from '~/domain/tokens/revoke-refresh-tokens'
import { displayText } from '~/domain/users/user-fields'
import { findDeviceCredential } from '~db/queries/device-credentials'
import { findRefreshTokenFamily } from '~db/queries/refresh-tokens'
import { requireReachOf } from './access'
import { countDevices, type Device, type DeviceFilter, listDevices, positionOfDevice } from './device-list'
import { endpoint } from './endpoint'
import { ManagementError } from './errors'
import { listEndpoint } from './pagination'

const tag = 'Device credentials'

const TYPES = ['public_key', 'refresh_token', 'rotating_refresh_token'] as const

const deviceCredential = z.object({
  id: z.string(),
  device_name: z.string(),
  device_id: z.string().optional().describe('Of public keys alone.'),
  type: z.enum(TYPES),
  user_id: z.string(),
  client_id: z.string(),
})

const filters = {
  user_id: z.string().optional(),
  client_id: z.string().optional(),
  type: z.enum(TYPES).optional().describe('All of them, if left out.'),
}

const newDevice = z.strictObject({
  device_name: displayText('the name of the device', 255).describe('What the user knows the device by.'),
  type: z.literal('public_key'),
  value: z.string().min(1).max(20_000).describe('The public key: PEM, or base64 of SPKI, PKCS#1, PEM or a JWK.'),
  device_id: z
    .string()
    .max(36)
    .regex(/^[-A-Fa-f0-9]+$/, "Object didn't pass validation for format device-id: use hexadecimal digits and hyphens")
    .describe('Tells the devices of the user apart.'),
  client_id: z.string().optional().describe('The app that the token was issued to.'),
})

const filterOf = (query: z.output<z.ZodObject<typeof filters>>): DeviceFilter => ({
  userId: query.user_id,
  clientId: query.client_id,
  type: query.type,
})

function serialize({ key, token }: Device): z.input<typeof deviceCredential> {
  if (key) {
    return {
      id: key.id,
      device_name: key.deviceName,
      device_id: key.deviceId,
      type: 'public_key',
      user_id: key.userId,
      client_id: key.clientId,
    }
  }
  const { family, client, session } = token
  return {
    id: family.id,
    device_name: session?.userAgent ?? client.name,
    type: isRotating(client) ? 'rotating_refresh_token' : 'refresh_token',
    user_id: family.userId,
    client_id: family.clientId,
  }
}

async function findDevice({ db, clock }: AppContext, id: string): Promise<Device | undefined> {
  const key = await findDeviceCredential(db, id)
  if (key) return { key }
  const token = await findRefreshTokenFamily(db, id, clock.now())
  return token && { token }
}

export const deviceCredentialEndpoints = [
  listEndpoint({
    path: '/api/v2/device-credentials',
    summary: 'Get device credentials',
    tag,
    scopes: ['read:device_credentials'],
    key: 'device_credentials',
    filters,
    item: deviceCredential,
    list: (ctx, slice, { query }) => listDevices(ctx, filterOf(query), slice),
    count: (ctx, { query }) => countDevices(ctx, filterOf(query)),
    positionOf: positionOfDevice,
    serialize: (_ctx, rows) => rows.map(serialize),
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/device-credentials',
    summary: 'Register a public key of a device',
    tag,
    scopes: [],
    ownScopes: ['create:current_user_device_credentials'],
    stepUp: false,
    body: newDevice,
    answer: z.object({ id: z.string() }),
    status: 201,
    async run(ctx, { body, access: { client, user } }) {
      if (!user) throw new ManagementError(401, undefined, 'Missing authentication')
      if (body.client_id !== undefined && body.client_id !== client.clientId)
        throw new ManagementError(403, 'operation_not_supported', 'Cannot create device credentials for that client.')
      const { device_id: deviceId, device_name: deviceName, value } = body
      return { id: (await registerDevice(ctx, { user, client }, { deviceId, deviceName, value })).id }
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v2/device-credentials/{id}',
    summary: 'Remove a device, or revoke its refresh token',
    tag,
    scopes: ['delete:device_credentials'],
    ownScopes: ['delete:current_user_device_credentials'],
    stepUp: false,
    params: z.object({ id: z.string() }),
    async run(ctx, { params: { id }, access }) {
      const found = await findDevice(ctx, id)
      if (!found) return
      const { userId, clientId } = found.key ?? found.token.family
      requireReachOf(access, userId)
      if (access.reach.of === 'user' && clientId !== access.client.clientId)
        throw new ManagementError(403, 'operation_not_supported', 'An app removes its own devices alone.')
      if (found.key) await removeDevice(ctx, found.key)
      else await revokeRefreshToken(ctx, found.token)
    },
  }),
]
