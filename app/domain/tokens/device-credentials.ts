import { createPublicKey } from 'node:crypto'
import { calculateJwkThumbprint, type JWK } from 'jose'
import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { publicJwk } from '~/domain/clients/client-keys'
import { DomainError } from '~/platform/errors'
import { newId } from '~/platform/ids'
import { readJson } from '~/platform/json'
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
  /** The public key as PEM, or base64 of SPKI, PKCS#1, PEM or a JWK. */
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

const FORMS = 'PEM, or base64 of SPKI, PKCS#1, PEM or a JWK'

/** @throws DomainError `invalid` at `value` */
function readPublicKey(value: string): Record<string, unknown> {
  const refused = (message: string) => new DomainError('invalid', message, { field: 'value' })
  const given = PEM.test(value) ? Buffer.from(value) : Buffer.from(value, 'base64')
  const jwk = toJwk(given)
  if (!jwk) throw refused(`This is no public key. Send it as ${FORMS}.`)
  const parsed = publicJwk.safeParse(jwk)
  if (parsed.success) return parsed.data
  throw refused(parsed.error.issues[0]?.message ?? `Send another key, as ${FORMS}.`)
}

/** A private key is none of them, though a public one could be made of it. */
const PEM = /^\s*-----BEGIN (RSA )?PUBLIC KEY-----/

/** What is stored of a key is the key: nothing that a JWK says besides. */
function toJwk(given: Buffer): Record<string, unknown> | undefined {
  const text = given.toString('utf8').trim()
  const jwk = text.startsWith('{') ? attempt(() => readJson(text) as Record<string, unknown>) : undefined
  if (jwk && !publicJwk.safeParse(jwk).success) return jwk
  const key = jwk
    ? attempt(() => createPublicKey({ key: jwk as JWK, format: 'jwk' }))
    : PEM.test(text)
      ? attempt(() => createPublicKey(text))
      : (attempt(() => createPublicKey({ key: given, format: 'der', type: 'spki' })) ??
        attempt(() => createPublicKey({ key: given, format: 'der', type: 'pkcs1' })))
  return key && attempt(() => key.export({ format: 'jwk' }) as Record<string, unknown>)
}

/** What a library makes of a stranger's text, or `undefined` where it can make nothing of it. */
function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
