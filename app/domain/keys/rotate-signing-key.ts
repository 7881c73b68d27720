import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { MINUTE } from '~/platform/durations'
import type { AsymmetricAlg } from '~/platform/jwt'
import { also } from '~db/database'
import { retireSigningKeys } from '~db/queries/keys'
import { createSigningKey } from './create-signing-key'

/** Longer than any cache of the key set lives: five minutes over HTTP, one in each node. */
const PUBLISHED_BEFORE_USE = 10 * MINUTE

/**
 * Makes a new signing key. It is published at once and signs from ten minutes later on, when the one before stops
 * signing; that one stays published until its last token has ended, so that nothing fails to verify.
 * @param startsAt milliseconds; for a first key, now
 */
export async function rotateSigningKey(
  ctx: AppContext,
  alg: AsymmetricAlg,
  startsAt = ctx.clock.now() + PUBLISHED_BEFORE_USE,
): Promise<{ kid: string; startsAt: number }> {
  const { kid, write } = await createSigningKey(ctx, alg, startsAt)
  await ctx.db.atomically([
    also(retireSigningKeys(alg, startsAt)),
    also(write),
    also(auditEvent(ctx, 'key.created', { type: 'key', id: kid }, { details: { alg, startsAt } })),
  ])
  ctx.keyring.forget()
  return { kid, startsAt }
}
