import type { AppContext } from '~/context'
import { actingAs, auditEvent } from '~/domain/audit/audit-event'
import { asClient, asUser } from '~/domain/audit/who'
import type { AllowedAuthorization } from '~/domain/grants/allowed-authorization'
import { createAuthorizationCode } from '~/domain/grants/authorization-code'
import { DomainError } from '~/platform/errors'
import { also, must, type Step } from '~db/database'
import { redeemPushedRequest, updateAuthorizationRequest } from '~db/queries/grants'
import { createUserAccessToken } from './access-token'
import { createIdToken } from './id-token'
import { beginFamily } from './token-family'

/**
 * The members of a successful authorization response, as the response type names them: a code (RFC 6749 §4.1.2), an
 * access token (§4.2.2), an ID token (OpenID Connect Core §3.2.2.5, §3.3.2.5). One answer is given to a request, however
 * often and from how many tabs it is asked for.
 * @throws DomainError `conflict` when the request, or the pushed request behind it, was answered already
 */
export async function createAuthorizationResponse(
  ctx: AppContext,
  allowed: AllowedAuthorization,
): Promise<Record<string, string>> {
  const { client, params, pending, live, scope } = allowed
  const types = params.response_type.split(' ')
  const code = types.includes('code') ? createAuthorizationCode(ctx, allowed) : undefined
  const front = types.some((type) => type !== 'code')
    ? await createFrontChannelTokens(ctx, allowed, types, code?.code)
    : undefined
  const now = ctx.clock.now()
  const actor = asUser(live.user)
  const subjects = { clientId: client.clientId, userId: live.user.userId }
  const target = asClient(client)
  const details = { scope, audience: params.audience, response_type: params.response_type }
  await ctx.db.atomically([
    ...(pending ? [must(updateAuthorizationRequest(pending.id, { completedAt: now }), answered)] : []),
    ...(params.pushed_request ? [must(redeemPushedRequest({ hash: params.pushed_request, at: now }), answered)] : []),
    ...(code ? [code.step] : []),
    ...(front?.steps ?? []),
    also(auditEvent(actingAs(ctx, actor), code ? 'code.issued' : 'token.issued', target, { ...subjects, details })),
  ])
  return { ...(code ? { code: code.code } : {}), ...front?.members }
}

const answered = () => new DomainError('conflict', 'This request has been answered already; start again.')

/** The tokens that go through the browser. They have a family of their own, and no refresh token. */
async function createFrontChannelTokens(
  ctx: AppContext,
  { client, target, params, live, scope, grant }: AllowedAuthorization,
  types: string[],
  code: string | undefined,
): Promise<{ members: Record<string, string>; steps: Step[] }> {
  const { session, user } = live
  const { family, steps: begun } = await beginFamily(
    ctx,
    {
      client,
      user,
      scope,
      audience: params.audience ?? null,
      grantId: grant?.id ?? null,
      sessionId: session.id,
      connectionId: session.connectionId,
      authTime: session.authenticatedAt,
      amr: session.amr,
    },
    answered,
  )
  const authorization = { client, user, api: target.api, family, scope, nonce: params.nonce }
  const access = types.includes('token') ? await createUserAccessToken(ctx, authorization, 'handed') : undefined
  const idToken = types.includes('id_token')
    ? await createIdToken(ctx, { ...authorization, ...family, accessToken: access?.accessToken, code })
    : undefined
  return {
    members: {
      ...(access
        ? { access_token: access.accessToken, token_type: 'Bearer', expires_in: String(access.expiresIn) }
        : {}),
      ...(access ? { scope: scope.join(' ') } : {}),
      ...(idToken ? { id_token: idToken } : {}),
    },
    steps: [...begun, ...(access?.steps ?? [])],
  }
}
