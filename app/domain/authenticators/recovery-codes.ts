import { randomBytes } from 'node:crypto'
import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { hashSecret } from '~/platform/secrets'
import { also, type Step, type Write } from '~db/database'
import { deleteRecoveryCodes, insertRecoveryCode } from '~db/queries/authenticators'
import { holdUser, type User } from '~db/queries/users'
import { normalizeCode, verifySecondFactor } from './verify-second-factor'

const HOW_MANY = 10

/**
 * Codes for the day on which the authenticator is lost, and the writes that store their hashes. Each has 80 random
 * bits: too many to guess, so that a fast hash is enough.
 */
export function newRecoveryCodes(userId: string, now: number): { codes: string[]; writes: Write[] } {
  const made = Array.from({ length: HOW_MANY }, () => newRecoveryCode(userId, now))
  return { codes: made.map(({ code }) => code), writes: made.map(({ write }) => write) }
}

/** One code, in place of one that was used, and the step that stores its hash. */
export function replacementCode(ctx: Pick<AppContext, 'clock'>, { userId }: User): { code: string; step: Step } {
  const { code, write } = newRecoveryCode(userId, ctx.clock.now())
  return { code, step: also(write) }
}

function newRecoveryCode(userId: string, now: number): { code: string; write: Write } {
  const code = groupByFour(randomBytes(10).toString('hex'))
  const row = { codeHash: hashSecret(normalizeCode(code)), userId, createdAt: now, usedAt: null }
  return { code, write: insertRecoveryCode(row) }
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
    also(holdUser(user.userId)),
    also(deleteRecoveryCodes(user.userId)),
    ...writes.map(also),
    also(
      auditEvent(ctx, 'authenticator.enrolled', asUser(user), {
        userId: user.userId,
        details: { type: 'recovery-codes' },
      }),
    ),
  ])
  return codes
}

const groupByFour = (text: string): string => (text.match(/.{4}/g) ?? []).join('-')
