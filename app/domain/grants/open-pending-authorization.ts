import type { AppContext } from '~/context'
import { HOUR } from '~/platform/durations'
import { networkOf } from '~/platform/network'
import { hashSecret, newSecret } from '~/platform/secrets'
import { insertAuthorizationRequest, type StoredAuthorizationRequest } from '~db/queries/grants'

const LIFETIME = 1 * HOUR

/**
 * Keeps a valid request until the person at this browser has answered.
 * @param signedInAs the session in which the request itself has signed somebody in
 * @returns its id, which pages carry
 * @throws DomainError `throttled`: anybody can begin one
 */
export async function openPendingAuthorization(
  ctx: AppContext,
  clientId: string,
  params: StoredAuthorizationRequest,
  signedInAs?: string,
): Promise<string> {
  await ctx.throttle.take('authorization-request', networkOf(ctx.request.ip))
  const now = ctx.clock.now()
  const id = newSecret('req')
  await ctx.db.run(
    insertAuthorizationRequest({
      id,
      clientId,
      params,
      visitorHash: hashSecret(ctx.request.visitorId),
      sessionId: signedInAs ?? null,
      consentedScope: null,
      consentedBy: null,
      deniedAt: null,
      createdAt: now,
      expiresAt: now + LIFETIME,
      completedAt: null,
    }),
  )
  return id
}
