import { randomInt } from 'node:crypto'
import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { MINUTE } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { newId } from '~/platform/ids'
import { networkOf } from '~/platform/network'
import { hashSecret, newSecret } from '~/platform/secrets'
import { also, must } from '~db/database'
import type { Client } from '~db/queries/clients'
import {
  answerDeviceCode,
  type DeviceCode,
  type DeviceRequest,
  findWaitingDevice,
  insertDeviceCode,
  updateAuthorizationRequest,
} from '~db/queries/grants'
import { type DeviceFlow, findTenantSettings } from '~db/queries/tenant'
import type { AllowedAuthorization } from './allowed-authorization'
import { openPendingAuthorization } from './open-pending-authorization'
import type { Target } from './scopes'

const LIFETIME = 15 * MINUTE
/** Seconds between two polls (RFC 8628 §3.2). */
const INTERVAL = 5
/** No vowels, so that no words come out, and nothing that looks like something else (RFC 8628 §6.1). */
const USER_CODE_CHARACTERS = { base20: 'BCDFGHJKLMNPQRSTVWXZ', digits: '0123456789' }

/** What a device is given: one code to poll with, another for the person to type. Times are in milliseconds. */
export type NewDeviceCode = { deviceCode: string; userCode: string; expiresIn: number; interval: number }

/** Keeps the request of a device until a person answers it elsewhere (RFC 8628 §3.1, §3.2). */
export async function createDeviceCode(
  ctx: AppContext,
  { client, target, scope }: { client: Client; target: Target; scope: string[] },
): Promise<NewDeviceCode> {
  const now = ctx.clock.now()
  const deviceCode = newSecret('dc')
  const userCode = newUserCode((await findTenantSettings(ctx.db)).deviceFlow)
  const row: DeviceCode = {
    deviceCodeHash: hashSecret(deviceCode),
    userCodeHash: hashSecret(normalizeUserCode(userCode)),
    clientId: client.clientId,
    audience: target.api?.identifier ?? null,
    scope,
    interval: INTERVAL,
    lastPolledAt: null,
    createdAt: now,
    expiresAt: now + LIFETIME,
    ip: ctx.request.ip ?? null,
    userAgent: ctx.request.userAgent ?? null,
    allowedBy: null,
    allowedScope: null,
    allowedAt: null,
    grantId: null,
    connectionId: null,
    authTime: null,
    amr: null,
    deniedAt: null,
    redeemedAt: null,
    familyId: newId('fam', 24),
  }
  await ctx.db.run(insertDeviceCode(row))
  return { deviceCode, userCode, expiresIn: LIFETIME, interval: INTERVAL }
}

function newUserCode({ charset, mask }: DeviceFlow): string {
  const characters = USER_CODE_CHARACTERS[charset]
  return mask.replace(/\*/g, () => characters[randomInt(characters.length)] ?? '')
}

/** What such codes look like, for who is to type one. */
export const exampleUserCode = ({ charset, mask }: DeviceFlow): string =>
  inMask(USER_CODE_CHARACTERS[charset].repeat(2).slice(0, mask.split('*').length - 1), { charset, mask })

/** As people type it: in either case, with or without the hyphens. */
export const normalizeUserCode = (typed: string): string => typed.toUpperCase().replace(/[^A-Z0-9]/g, '')

/** A user code as the device shows it, as long as the tenant has not changed how they look. */
function inMask(normalized: string, { mask }: DeviceFlow): string {
  const characters = [...normalized]
  if (mask.split('*').length - 1 !== characters.length) return normalized
  return mask.replace(/\*/g, () => characters.shift() ?? '')
}

/**
 * Begins an authorization for the device whose user code a person has typed. It is asked for consent each time: who
 * types a code may have been sent it by somebody else (RFC 8628 §5.4).
 * @returns the id of the request that now waits in this browser
 * @throws DomainError `throttled`, `invalid` for a code that no device waits with
 */
export async function openDeviceAuthorization(ctx: AppContext, typed: string): Promise<string> {
  const network = networkOf(ctx.request.ip)
  await ctx.throttle.take('user-code', network)
  const normalized = normalizeUserCode(typed)
  const found = await findWaitingDevice(ctx.db, hashSecret(normalized), ctx.clock.now())
  if (!found) {
    const message =
      'No device waits with this code. Compare it with the one on the device. A code works for 15 minutes; then start again on the device.'
    throw new DomainError('invalid', message, { field: 'user_code' })
  }
  await ctx.throttle.giveBack('user-code', network)
  return openPendingAuthorization(ctx, found.clientId, {
    device_code: found.deviceCodeHash,
    user_code: inMask(normalized, (await findTenantSettings(ctx.db)).deviceFlow),
    audience: found.audience ?? undefined,
    scope: found.scope,
    prompt: ['consent'],
  })
}

/** Lets the device have what the person has allowed; it learns so at its next poll. @throws DomainError `expired` */
export async function allowDeviceCode(
  ctx: AppContext,
  { client, params, pending, live, scope, grant }: AllowedAuthorization<DeviceRequest>,
): Promise<void> {
  const now = ctx.clock.now()
  const { session, user } = live
  const answer = {
    allowedBy: user.userId,
    allowedScope: scope,
    allowedAt: now,
    grantId: grant?.id ?? null,
    connectionId: session.connectionId,
    authTime: session.authenticatedAt,
    amr: session.amr,
  }
  await ctx.db.atomically([
    must(answerDeviceCode(params.device_code, answer, now), ended),
    ...(pending ? [must(updateAuthorizationRequest(pending.id, { completedAt: now }), ended)] : []),
    also(deviceEvent(ctx, 'device.allowed', client, { userId: user.userId, details: { scope } })),
  ])
}

/** Refuses the device; what has ended by itself stays as it is. */
export async function denyDeviceCode(ctx: AppContext, client: Client, { device_code }: DeviceRequest): Promise<void> {
  const now = ctx.clock.now()
  await ctx.db.atomically([
    also(answerDeviceCode(device_code, { deniedAt: now }, now)),
    also(deviceEvent(ctx, 'device.denied', client)),
  ])
}

const ended = () =>
  new DomainError('expired', 'The code of this device has ended, or was answered already. Begin again at the device.')

const deviceEvent = (
  ctx: AppContext,
  action: 'device.allowed' | 'device.denied',
  { clientId, name }: Client,
  subjects: { userId?: string; details?: Record<string, unknown> } = {},
) => auditEvent(ctx, action, asClient({ clientId, name }), { clientId, ...subjects })
