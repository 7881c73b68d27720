import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { DomainError } from '~/platform/errors'
import { newId } from '~/platform/ids'
import { hashSecret, newSecret } from '~/platform/secrets'
import { also, must } from '~db/database'
import { insertInitialAccessToken, revokeInitialAccess } from '~db/queries/registrations'

export const MAX_REGISTRATIONS = 1000
export const MAX_DAYS = 365

/**
 * A token with which a program may register so many clients in so many milliseconds (RFC 7591 §3).
 * @returns the token, which is shown once
 */
export async function createInitialAccess(
  ctx: AppContext,
  { label, quota, lifetime }: { label: string; quota: number; lifetime: number },
): Promise<{ id: string; token: string }> {
  const now = ctx.clock.now()
  const token = newSecret('iat')
  const id = newId('iat')
  const row = { id, tokenHash: hashSecret(token), label, quota, used: 0, createdAt: now, revokedAt: null }
  const target = { type: 'tenant', id: 'tenant' } as const
  await ctx.db.atomically([
    also(insertInitialAccessToken({ ...row, expiresAt: now + lifetime })),
    also(auditEvent(ctx, 'initial-access.created', target, { details: { id, label, quota, lifetime } })),
  ])
  return { id, token }
}

/** Ends such a token; what was registered with it stays. @throws DomainError `conflict` */
export async function revokeInitialAccessToken(ctx: AppContext, id: string): Promise<void> {
  const target = { type: 'tenant', id: 'tenant' } as const
  await ctx.db.atomically([
    must(
      revokeInitialAccess(id, ctx.clock.now()),
      () => new DomainError('conflict', 'This token has ended already. Look again.'),
    ),
    also(auditEvent(ctx, 'initial-access.revoked', target, { details: { id } })),
  ])
}
