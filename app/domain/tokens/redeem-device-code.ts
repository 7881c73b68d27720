import type { AppContext } from '~/context'
import { actingAs, auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { DomainError } from '~/platform/errors'
import { hashSecret } from '~/platform/secrets'
import { must } from '~db/database'
import type { Client } from '~db/queries/clients'
import {
  type DeviceCode,
  findDeviceCode,
  findGrantById,
  notePoll,
  redeemDeviceCode,
  slowDown,
} from '~db/queries/grants'
import { findUser } from '~db/queries/users'
import type { DpopProof } from './dpop'
import { exchangeForTokens } from './exchange'
import type { IssuedTokens } from './user-tokens'

/** Seconds: a device that polls too fast waits longer each time, and still learns the answer within its code's life. */
const LONGEST_INTERVAL = 60

/** What a poll of a device comes to (RFC 8628 §3.5); `interval` is in seconds. */
export type Poll =
  | { state: 'pending' | 'denied' | 'expired' }
  | { state: 'too-fast'; interval: number }
  | { state: 'allowed'; tokens: IssuedTokens }

/**
 * Answers a poll of a device: with tokens once, as soon as a person has allowed it.
 * @throws DomainError `expired` for a code that is unknown, another client's, or used
 */
export async function redeemPolledCode(
  ctx: AppContext,
  client: Client,
  { deviceCode, proof }: { deviceCode: string; proof: DpopProof | undefined },
): Promise<Poll> {
  const row = await findDeviceCode(ctx.db, hashSecret(deviceCode))
  if (!row || row.clientId !== client.clientId || row.redeemedAt !== null) throw refused()
  const now = ctx.clock.now()
  if (row.deniedAt !== null) return { state: 'denied' }
  if (row.expiresAt <= now) return { state: 'expired' }
  if (row.allowedAt === null) {
    if ((await ctx.db.run(notePoll(row, now))) > 0) return { state: 'pending' }
    const interval = Math.min(row.interval + 5, LONGEST_INTERVAL)
    await ctx.db.run(slowDown(row, interval, now))
    return { state: 'too-fast', interval }
  }
  return { state: 'allowed', tokens: await issueTokens(ctx, client, row, proof) }
}

const refused = (why = 'Invalid or expired device code') => new DomainError('expired', why)

async function issueTokens(
  ctx: AppContext,
  client: Client,
  row: DeviceCode,
  proof: DpopProof | undefined,
): Promise<IssuedTokens> {
  const now = ctx.clock.now()
  const user = await findUser(ctx.db, row.allowedBy ?? '')
  // Whoever changed the password after the answer has ended what stems from the old one.
  const isStale = (user?.passwordChangedAt ?? 0) > (row.allowedAt ?? 0)
  if (!user || isStale) throw refused()
  const { familyId: id, grantId, connectionId, audience, allowedScope } = row
  const scope = allowedScope ?? []
  const { authTime, amr } = { authTime: row.authTime ?? now, amr: row.amr ?? [] }
  // The browser in which the person answered is not the device's: signing out there ends nothing here.
  const grant = grantId === null ? undefined : await findGrantById(ctx.db, grantId)
  const from = { grantId, grant, connectionId, sessionId: null, givenAt: row.allowedAt ?? 0 }
  const allowed = { id, client, user, scope, audience, ...from, authTime, amr, proof }
  return exchangeForTokens(ctx, allowed, {
    useUp: must(redeemDeviceCode({ hash: row.deviceCodeHash, at: now }), refused),
    event: auditEvent(actingAs(ctx, asClient(client)), 'code.exchanged', asClient(client), {
      clientId: client.clientId,
      userId: user.userId,
      details: { scope, audience, grant_type: 'device_code' },
    }),
    refused,
  })
}
