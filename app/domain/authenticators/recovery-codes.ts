import { randomBytes } from 'node:crypto'
import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { hashSecret } from '~/platform/secrets'
import { also, type Write } from '~db/database'
import { deleteRecoveryCodes, insertRecoveryCode } from '~db/queries/authenticators'
import type { User } from '~db/queries/users'
import { normalizeCode, verifySecondFactor } from './verify-second-factor'

const HOW_MANY = 10

/**
 * Codes for the day on which the authenticator is lost, and the writes that store their hashes. Each has 80 random
 * bits: too many to guess, so that a fast hash is enough.
 */
export function newRecoveryCodes(userId: string, now: number): { codes: string[]; writes: Write[] } {
  const codes = Array.from({ length: HOW_MANY }, () => groupByFour(randomBytes(10).toString('hex')))
  const writes = codes.map((code) =>
    insertRecoveryCode({ codeHash: hashSecret(normalizeCode(code)), userId, createdAt: now, usedAt: null }),
  )
  return { codes, writes }
}

/**
 * Gives the person new recovery codes in place of all earlier ones, after one more look at the second factor.
 * @returns the codes, which are shown once
 * @throws DomainError `wrong_credentials`, `throttled`
 */
export async function replaceRecoveryCodes(ctx: AppContext, user: User, code: string): Promise<string[]> {
  await verifySecondFactor(ctx, user, code)
  const { codes, writes } = newRecoveryCodes(user.userId, ctx.clock.now())
  await ctx.db.atomically([
    also(deleteRecoveryCodes(user.userId)),
    ...writes.map(also),
    also(
      auditEvent(
        ctx,
        'authenticator.enrolled',
        { type: 'user', id: user.userId, name: user.name },
        { userId: user.userId, details: { type: 'recovery-codes' } },
      ),
    ),
  ])
  return codes
}

const groupByFour = (text: string): string => (text.match(/.{4}/g) ?? []).join('-')
