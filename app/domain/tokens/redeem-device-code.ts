import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { findTarget } from '~/domain/grants/scopes'
import { standingScope } from '~/domain/grants/standing-scope'
import { DomainError } from '~/platform/errors'
import { hashSecret } from '~/platform/secrets'
import { also, must } from '~db/database'
import type { Client } from '~db/queries/clients'
import { type DeviceCode, findDeviceCode, notePoll, redeemDeviceCode, slowDown } from '~db/queries/grants'
import { findUser } from '~db/queries/users'
import { beginFamily } from './token-family'
import { createUserTokens, type IssuedTokens } from './user-tokens'

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
  { deviceCode, dpopJkt }: { deviceCode: string; dpopJkt: string | undefined },
): Promise<Poll> {
  const row = await findDeviceCode(ctx.db, hashSecret(deviceCode))
  if (!row || row.clientId !== client.clientId || row.redeemedAt !== null) throw refused()
  const now = ctx.clock.now()
  if (row.deniedAt !== null) return { state: 'denied' }
  if (row.expiresAt <= now) return { state: 'expired' }
  if (row.allowedAt === null) {
    if ((await ctx.db.run(notePoll(row, now))) > 0) return { state: 'pending' }
    await ctx.db.run(slowDown(row, now))
    return { state: 'too-fast', interval: row.interval + 5 }
  }
  return { state: 'allowed', tokens: await issueTokens(ctx, client, row, dpopJkt) }
}

const refused = (why = 'Invalid or expired device code') => new DomainError('expired', why)

async function issueTokens(
  ctx: AppContext,
  client: Client,
  row: DeviceCode,
  dpopJkt: string | undefined,
): Promise<IssuedTokens> {
  const now = ctx.clock.now()
  const user = await findUser(ctx.db, row.allowedBy ?? '')
  // Whoever changed the password after the answer has ended what stems from the old one.
  const isStale = (user?.passwordChangedAt ?? 0) > (row.allowedAt ?? 0)
  if (!user || user.blockedAt !== null || isStale) throw refused()
  const target = await findTarget(ctx, row.audience ?? undefined)
  if (!target) throw refused('The API that was asked for is no longer there.')
  const scope = await standingScope(ctx, { client, user, target }, row.allowedScope ?? [])
  if (!scope) throw refused('The app may not act for this user any more.')
  const { familyId: id, grantId, audience } = row
  const { authTime, amr } = { authTime: row.authTime ?? now, amr: row.amr ?? [] }
  // The browser in which the person answered is not the device's: signing out there ends nothing here.
  const beginning = { id, client, user, scope, audience, grantId, sessionId: null, authTime, amr, dpopJkt }
  const { family, steps: begun } = await beginFamily(ctx, beginning, refused)
  const authorization = { client, user, api: target.api, family, scope, dpopJkt }
  const { tokens, steps } = await createUserTokens(ctx, authorization, 'first')
  const actor = asClient(client)
  await ctx.db.atomically([
    must(redeemDeviceCode({ hash: row.deviceCodeHash, at: now }), refused),
    ...begun,
    ...steps,
    also(
      auditEvent({ ...ctx, actor }, 'code.exchanged', asClient(client), {
        clientId: client.clientId,
        userId: user.userId,
        details: { scope, audience: row.audience, grant_type: 'device_code' },
      }),
    ),
  ])
  return tokens
}
