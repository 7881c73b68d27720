import type { AppContext } from '~/context'
import { isConfidential } from '~/domain/policy/client-policy'
import { DomainError } from '~/platform/errors'
import { must, type Step } from '~db/database'
import type { Client } from '~db/queries/clients'
import {
  bindFamilyToDevice,
  type DeviceCredential,
  findDeviceByKey,
  touchDeviceCredential,
} from '~db/queries/device-credentials'
import type { TokenFamily } from '~db/queries/tokens'
import type { User } from '~db/queries/users'

/** The key that refresh tokens of a family are bound to, and the device that registered it. */
type KeyBinding = Pick<TokenFamily, 'dpopJkt' | 'deviceCredentialId'>

const UNBOUND: KeyBinding = { dpopJkt: null, deviceCredentialId: null }

/**
 * What a new family is bound to: to the key that the request has proved if the client is public (RFC 9449 §5), and in
 * any case to a registered device of the person that has this key.
 * @param dpopJkt the thumbprint of the key that the request has proved
 * @returns besides, the steps that hold the device in place
 */
export async function bindToKey(
  ctx: AppContext,
  { client, user }: { client: Client; user: User },
  dpopJkt: string | undefined,
): Promise<{ binding: KeyBinding; steps: Step[] }> {
  if (dpopJkt === undefined) return { binding: UNBOUND, steps: [] }
  const device = await findDeviceByKey(ctx.db, { userId: user.userId, clientId: client.clientId, jkt: dpopJkt })
  if (device) return { binding: { dpopJkt, deviceCredentialId: device.id }, steps: [stillRegistered(ctx, device)] }
  return { binding: isConfidential(client) ? UNBOUND : { dpopJkt, deviceCredentialId: null }, steps: [] }
}

/**
 * What has to hold when a family goes on: that its device is still registered. A family that was bound to none is, from
 * its first request with the key of a registered device on, bound to that one.
 * @throws DomainError `expired` by its steps, when the device was removed or another one came first
 */
export async function continueBinding(
  ctx: AppContext,
  { id, userId, clientId, deviceCredentialId }: TokenFamily,
  dpopJkt: string | undefined,
): Promise<Step[]> {
  if (deviceCredentialId !== null) return [stillRegistered(ctx, { id: deviceCredentialId, userId, clientId })]
  if (dpopJkt === undefined) return []
  const device = await findDeviceByKey(ctx.db, { userId, clientId, jkt: dpopJkt })
  if (!device) return []
  return [stillRegistered(ctx, device), must(bindFamilyToDevice(id, device), otherKey)]
}

const stillRegistered = (
  { clock }: Pick<AppContext, 'clock'>,
  { id, userId, clientId }: Pick<DeviceCredential, 'id' | 'userId' | 'clientId'>,
): Step => must(touchDeviceCredential({ id, userId, clientId, at: clock.now() }), removed)

const removed = () => new DomainError('expired', 'The device was removed. Send the user to /authorize again.')
const otherKey = () => new DomainError('expired', 'The refresh token is bound to a key: send a DPoP proof of that key.')
