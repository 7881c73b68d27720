import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import type { LiveSession } from '~/domain/sessions/sessions'
import { SECOND } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { newId } from '~/platform/ids'
import { hashSecret, newSecret } from '~/platform/secrets'
import { also, must } from '~db/database'
import type { Client } from '~db/queries/clients'
import {
  type AuthorizationRequestRow,
  type Grant,
  insertAuthorizationCode,
  type StoredAuthorizationRequest,
  updateAuthorizationRequest,
} from '~db/queries/grants'

/** OAuth 2.1 and FAPI 2.0: no longer than a browser needs to come back. */
const CODE_LIFETIME = 60 * SECOND

type Issue = {
  client: Client
  params: StoredAuthorizationRequest
  /** The request that waited for a person; it is completed by this, once. */
  pending: AuthorizationRequestRow | undefined
  live: LiveSession
  /** What was allowed of the requested scope. */
  scope: string[]
  grant: Grant | undefined
}

/**
 * A code for an allowed request: 256 random bits, good once and for a minute, bound to the client, the callback, the
 * challenge and the session (RFC 6749 §4.1.2).
 * @throws DomainError `conflict` when the request was completed by another answer
 */
export async function issueAuthorizationCode(
  ctx: AppContext,
  { client, params, pending, live, scope, grant }: Issue,
): Promise<string> {
  const now = ctx.clock.now()
  const code = newSecret('ac')
  const { session, user } = live
  const insert = insertAuthorizationCode({
    codeHash: hashSecret(code),
    clientId: client.clientId,
    userId: user.userId,
    grantId: grant?.id ?? null,
    sessionId: session.id,
    familyId: newId('fam', 24),
    redirectUri: params.redirect_uri,
    audience: params.audience ?? null,
    scope,
    scopeNarrowed: scope.length !== params.scope.length,
    nonce: params.nonce ?? null,
    codeChallenge: params.code_challenge ?? null,
    authTime: session.authenticatedAt,
    amr: session.amr,
    createdAt: now,
    expiresAt: now + CODE_LIFETIME,
    redeemedAt: null,
  })
  const answered = () => new DomainError('conflict', 'This request has been answered already; start again.')
  const actor = { type: 'user', id: user.userId, name: user.name } as const
  const target = { type: 'client', id: client.clientId, name: client.name } as const
  await ctx.db.atomically([
    ...(pending ? [must(updateAuthorizationRequest(pending.id, { completedAt: now }), answered)] : []),
    also(insert),
    also(
      auditEvent({ ...ctx, actor }, 'code.issued', target, {
        clientId: client.clientId,
        userId: user.userId,
        details: { scope, audience: params.audience },
      }),
    ),
  ])
  return code
}
