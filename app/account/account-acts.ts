/** What the buttons of the account area do. */
import { parseWithZod } from '@conform-to/zod/v4'
import { replaceRecoveryCodes } from '~/domain/authenticators/recovery-codes'
import { removeTotp } from '~/domain/authenticators/remove-totp'
import { revokeApp } from '~/domain/grants/revoke-app'
import { endOtherSessions, endOwnSession } from '~/domain/sessions/end-own-session'
import { changePassword } from '~/domain/users/change-password'
import { resendVerificationMail } from '~/domain/users/verify-email'
import { invalidForm, refusedAct, refusedForm } from './form-answer'
import { changePasswordForm, codeForm } from './forms'
import type { FormVisit } from './guard'
import { IDENTITY_INTENTS } from './identities-view'
import { answerIdentityAct } from './identity-acts'
import { done } from './notices'

/** The buttons of the first page. */
export async function answerProfileAct(visit: FormVisit) {
  const { ctx, user, form } = visit
  try {
    switch (form.get('intent')) {
      case 'send-verification':
        await resendVerificationMail(ctx, user, { page: '/account/verify-email' })
        return done('/account', 'mail-sent')
      case 'end-session':
        await endOwnSession(ctx, visit, String(form.get('session_id')))
        return done('/account', 'session-ended')
      case 'end-other-sessions':
        await endOtherSessions(ctx, visit)
        return done('/account', 'others-ended')
      default:
        throw unknownAct()
    }
  } catch (error) {
    return refusedAct(error)
  }
}

/** The button beside an app. */
export async function answerAppAct({ ctx, user, form }: FormVisit) {
  try {
    if (form.get('intent') !== 'revoke') throw unknownAct()
    await revokeApp(ctx, user.userId, String(form.get('client_id')))
    return done('/account/apps', 'app-removed')
  } catch (error) {
    return refusedAct(error)
  }
}

/** The forms of the security page: the one of the password has no named button. */
export function answerSecurityForm(visit: FormVisit) {
  if (!visit.form.has('intent')) return answerPasswordChange(visit)
  const isOfIdentities = IDENTITY_INTENTS.some((intent) => intent === visit.form.get('intent'))
  return isOfIdentities ? answerIdentityAct(visit) : answerSecondFactorAct(visit)
}

async function answerSecondFactorAct(visit: FormVisit) {
  const submission = parseWithZod(visit.form, { schema: codeForm })
  if (submission.status !== 'success') return invalidForm(submission)
  const { ctx, user, form } = visit
  const { code } = submission.value
  try {
    switch (form.get('intent')) {
      case 'replace-recovery-codes':
        return { recoveryCodes: await replaceRecoveryCodes(ctx, user, code) }
      case 'remove-authenticator':
        await removeTotp(ctx, visit, code)
        return done('/account/security', 'authenticator-removed')
      default:
        throw unknownAct()
    }
  } catch (error) {
    return refusedForm(submission, error)
  }
}

async function answerPasswordChange(visit: FormVisit) {
  const submission = parseWithZod(visit.form, { schema: changePasswordForm })
  if (submission.status !== 'success') return invalidForm(submission)
  try {
    const { current_password: currentPassword, password } = submission.value
    await changePassword(visit.ctx, visit, { currentPassword, password })
    return done('/account/security', 'password-changed')
  } catch (error) {
    return refusedForm(submission, error)
  }
}

const unknownAct = (): Response => new Response('There is no such button on this page. Reload it.', { status: 400 })
