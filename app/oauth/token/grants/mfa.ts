import type { AppContext } from '~/context'
import { endHalfWay, findHalfWayAtClient, type HalfWay } from '~/domain/authenticators/mfa-token'
import { replacementCode } from '~/domain/authenticators/recovery-codes'
import { kindOf, verifySecondFactor } from '~/domain/authenticators/verify-second-factor'
import { findTarget } from '~/domain/grants/scopes'
import { multiFactorAmr } from '~/domain/sessions/acr'
import { issuePasswordTokens } from '~/domain/tokens/issue-password-tokens'
import { DomainError } from '~/platform/errors'
import { requireParameter } from '../../endpoint'
import { OAuthError } from '../../errors'
import type { Grant, TokenRequest } from '../token-endpoint'
import { requireConsent } from './password'

const refused = (description: string, cause?: unknown) =>
  new OAuthError('invalid_grant', description, { status: 403, cause })

/** Goes on after `mfa_required`, by the code of the person's authenticator app. */
export const mfaOtpGrant: Grant = async (ctx, request) => {
  const code = requireParameter(request.params, 'otp')
  const halfWay = await requireHalfWay(ctx, request)
  const proved = kindOf(code) === 'otp' && (await isRight(ctx, halfWay, code))
  if (!proved) throw refused('Invalid otp_code.')
  return goOn(ctx, request, halfWay, 'otp')
}

/** Goes on after `mfa_required`, by a recovery code; the answer holds a new one in its place. */
export const mfaRecoveryCodeGrant: Grant = async (ctx, request) => {
  const code = requireParameter(request.params, 'recovery_code')
  const halfWay = await requireHalfWay(ctx, request)
  const proved = kindOf(code) === 'recovery' && (await isRight(ctx, halfWay, code))
  if (!proved) throw refused('Invalid recovery_code.')
  const next = replacementCode(ctx, halfWay.user)
  const tokens = await goOn(ctx, request, halfWay, 'recovery', next)
  return { ...tokens, recoveryCode: next.code }
}

async function goOn(
  ctx: AppContext,
  { client, proof }: TokenRequest,
  halfWay: HalfWay,
  how: 'otp' | 'recovery',
  replacement?: ReturnType<typeof replacementCode>,
) {
  const { audience, scope, connectionId, createdAt: givenAt } = halfWay.mfaToken
  const target = await findTarget(ctx, audience ?? undefined)
  if (!target) throw refused('The API that was asked for is no longer there.')
  const asked = { client, user: halfWay.user, connectionId, target, scope, givenAt }
  const { grantId, authorization } = await requireConsent(ctx, asked)
  const proved = { grantId, amr: multiFactorAmr(how), proof }
  const steps = [endHalfWay(ctx, halfWay), ...(replacement ? [replacement.step] : [])]
  return issuePasswordTokens(ctx, authorization, proved, steps)
}

/** @throws OAuthError `invalid_grant` for a token that has ended, was used, or was given to another client */
async function requireHalfWay(ctx: AppContext, { client, params }: TokenRequest): Promise<HalfWay> {
  const found = await findHalfWayAtClient(ctx, requireParameter(params, 'mfa_token'), client.clientId)
  if (!found) throw refused('Malformed or expired mfa_token: begin again with the password.')
  return found
}

async function isRight(ctx: AppContext, { user }: HalfWay, code: string): Promise<boolean> {
  try {
    await verifySecondFactor(ctx, user, code)
    return true
  } catch (error) {
    if (error instanceof DomainError && error.code === 'wrong_credentials') return false
    throw error
  }
}
