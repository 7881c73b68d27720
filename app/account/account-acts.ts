/** What the buttons of the account area do. */
import { parseWithZod } from '@conform-to/zod/v4'
import { replaceRecoveryCodes } from '~/domain/authenticators/recovery-codes'
import { removeTotp } from '~/domain/authenticators/remove-totp'
import { revokeApp } from '~/domain/grants/revoke-app'
import { endOtherSessions, endOwnSession } from '~/domain/sessions/end-own-session'
import { changePassword } from '~/domain/users/change-password'
import { resendVerificationMail } from '~/domain/users/verify-email'
import type { Acts } from '~/pages/acts'
import { invalidForm } from './form-answer'
import { changePasswordForm, codeForm } from './forms'
import type { FormVisit } from './guard'
import { identityActs } from './identity-acts'
import { done } from './notices'

export const profileActs = {
  'send-verification': { by: 'everybody', fresh: false, run: sendVerification },
  'end-session': { by: 'everybody', fresh: false, run: endOneSession },
  'end-other-sessions': { by: 'everybody', fresh: false, run: endOthers },
} satisfies Acts<FormVisit>

export const grantedAppActs = { revoke: { by: 'everybody', fresh: false, run: revoke } } satisfies Acts<FormVisit>

/** The password and codes are proofs of their own; the form of the password has no named button. */
export const securityActs = {
  send: { by: 'everybody', fresh: false, run: savePassword },
  'replace-recovery-codes': { by: 'everybody', fresh: false, run: newRecoveryCodes },
  'remove-authenticator': { by: 'everybody', fresh: false, run: removeAuthenticator },
  ...identityActs,
} satisfies Acts<FormVisit>

async function sendVerification({ ctx, user }: FormVisit) {
  await resendVerificationMail(ctx, user, { page: '/account/verify-email' })
  return done('/account', 'mail-sent')
}

async function endOneSession(visit: FormVisit) {
  await endOwnSession(visit.ctx, visit, String(visit.form.get('session_id')))
  return done('/account', 'session-ended')
}

async function endOthers(visit: FormVisit) {
  await endOtherSessions(visit.ctx, visit)
  return done('/account', 'others-ended')
}

async function revoke({ ctx, user, form }: FormVisit) {
  await revokeApp(ctx, user.userId, String(form.get('client_id')))
  return done('/account/apps', 'app-removed')
}

async function savePassword(visit: FormVisit) {
  const submission = parseWithZod(visit.form, { schema: changePasswordForm })
  if (submission.status !== 'success') return invalidForm(submission)
  const { current_password: currentPassword, password } = submission.value
  await changePassword(visit.ctx, visit, { currentPassword, password })
  return done('/account/security', 'password-changed')
}

async function newRecoveryCodes({ ctx, user, form }: FormVisit) {
  const submission = parseWithZod(form, { schema: codeForm })
  if (submission.status !== 'success') return invalidForm(submission)
  return { recoveryCodes: await replaceRecoveryCodes(ctx, user, submission.value.code) }
}

async function removeAuthenticator(visit: FormVisit) {
  const submission = parseWithZod(visit.form, { schema: codeForm })
  if (submission.status !== 'success') return invalidForm(submission)
  await removeTotp(visit.ctx, visit, submission.value.code)
  return done('/account/security', 'authenticator-removed')
}
