import type { AppContext } from '~/context'
import { SECOND } from '~/platform/durations'
import { newId } from '~/platform/ids'
import { hashSecret, newSecret } from '~/platform/secrets'
import { also, type Step } from '~db/database'
import { insertAuthorizationCode } from '~db/queries/grants'
import type { AllowedAuthorization } from './allowed-authorization'

/** OAuth 2.1 and FAPI 2.0: no longer than a browser needs to come back. */
const CODE_LIFETIME = 60 * SECOND

/**
 * A code for an allowed request, and the step that stores its hash: 256 random bits, good once and for a minute, bound
 * to the client, the callback, the challenge, the key and the session (RFC 6749 §4.1.2).
 */
export function createAuthorizationCode(
  { clock }: Pick<AppContext, 'clock'>,
  { client, params, live, scope, grant }: AllowedAuthorization,
): { code: string; step: Step } {
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
    nonce: params.nonce ?? null,
    codeChallenge: params.code_challenge ?? null,
    dpopJkt: params.dpop_jkt ?? null,
    authTime: session.authenticatedAt,
    amr: session.amr,
    createdAt: clock.now(),
    expiresAt: clock.now() + CODE_LIFETIME,
    redeemedAt: null,
  })
  return { code, step: also(insert) }
}
