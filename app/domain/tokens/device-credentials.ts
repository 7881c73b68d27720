import { createPublicKey } from 'node:crypto'
import { calculateJwkThumbprint, type JWK } from 'jose'
import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { publicJwk } from '~/domain/clients/client-keys'
import { DomainError } from '~/platform/errors'
import { newId } from '~/platform/ids'
import { also, must } from '~db/database'
import type { Client } from '~db/queries/clients'
import {
  type DeviceCredential,
  deleteDeviceCredential,
  insertDeviceCredential,
  revokeFamiliesOfDevice,
} from '~db/queries/device-credentials'
import { devicesOfUser, roomSteps } from '~db/queries/room'
import type { User } from '~db/queries/users'

type NewDevice = {
  deviceId: string
  deviceName: string
  /** Base64 of the public key: SPKI in DER or PEM, or a JWK. */
  value: string
}

/** Nobody has so many devices for one app; an app that registers without end is stopped. */
const MAX_DEVICES = 100

/**
 * Registers a key of a device that acts for a person with one client. Who proves the key (RFC 9449) from now on has the
 * person's tokens of that client bound to the device.
 * @throws DomainError `invalid` for a key that cannot be used, `conflict` when the device or the key is registered already
 */
export async function registerDevice(
  ctx: AppContext,
  { user, client }: { user: User; client: Client },
  { deviceId, deviceName, value }: NewDevice,
): Promise<DeviceCredential> {
  const { userId } = user
  const { clientId, name } = client
  const jwk = readPublicKey(value)
  const device: DeviceCredential = {
    id: newId('dcr'),
    userId,
    clientId,
    deviceId,
    deviceName,
    publicJwk: jwk,
    jkt: await calculateJwkThumbprint(jwk as JWK),
    createdAt: ctx.clock.now(),
    lastUsedAt: null,
  }
  const taken = () => new DomainError('conflict', 'A public key already exists for the device.')
  const full = () =>
    new DomainError('not_allowed', `The user has ${MAX_DEVICES} devices for this app; remove one first.`)
  await ctx.db.atomically([
    ...roomSteps(devicesOfUser(userId, clientId), MAX_DEVICES, full),
    must(insertDeviceCredential(device), taken),
    also(
      auditEvent(ctx, 'device-credential.created', asClient({ clientId, name }), {
        clientId,
        userId,
        details: { device_id: deviceId, device_name: deviceName },
      }),
    ),
  ])
  return device
}

/**
 * Removes a device: every token that its key holds of the person and client ends, in force from the next request on.
 * @throws DomainError `not_found` when it was removed before
 */
export async function removeDevice(ctx: AppContext, device: DeviceCredential): Promise<void> {
  const { id, userId, clientId, deviceId, deviceName } = device
  const gone = () => new DomainError('not_found', 'The device credential does not exist.')
  await ctx.db.atomically([
    // First, so that whoever is about to use the device either has finished or finds it gone.
    must(deleteDeviceCredential(userId, id), gone),
    also(revokeFamiliesOfDevice(device, ctx.clock.now())),
    also(
      auditEvent(
        ctx,
        'device-credential.deleted',
        { type: 'user', id: userId },
        { clientId, userId, details: { device_id: deviceId, device_name: deviceName } },
      ),
    ),
  ])
}

function readPublicKey(value: string): Record<string, unknown> {
  const parsed = publicJwk.safeParse(toJwk(Buffer.from(value, 'base64')))
  if (parsed.success) return parsed.data
  const why = parsed.error.issues[0]?.message ?? ''
  throw new DomainError('invalid', `Send a public key as base64, in SPKI or as a JWK. ${why}`.trim(), {
    field: 'value',
  })
}

/** What is kept of a key is the key: nothing that a JWK says besides. */
function toJwk(given: Buffer): Record<string, unknown> | undefined {
  const text = given.toString('utf8').trim()
  try {
    const jwk = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : undefined
    if (jwk && !publicJwk.safeParse(jwk).success) return jwk
    const key = jwk
      ? createPublicKey({ key: jwk as JWK, format: 'jwk' })
      : text.startsWith('-----BEGIN PUBLIC KEY-----')
        ? createPublicKey(text)
        : createPublicKey({ key: given, format: 'der', type: 'spki' })
    return key.export({ format: 'jwk' }) as Record<string, unknown>
  } catch {
    return undefined
  }
}
