/** What the buttons of the account area do. */
import { parseWithZod } from '@conform-to/zod/v4'
import { redirect } from '@remix-run/node'
import { replaceRecoveryCodes } from '~/domain/authenticators/recovery-codes'
import { removeTotp } from '~/domain/authenticators/remove-totp'
import { revokeApp } from '~/domain/grants/revoke-app'
import { endOtherSessions, endOwnSession } from '~/domain/sessions/end-own-session'
import { changePassword } from '~/domain/users/change-password'
import { resendVerificationMail } from '~/domain/users/verify-email'
import { invalidForm, refusedAct, refusedForm } from './form-answer'
import { changePasswordForm, codeForm } from './forms'
import type { AccountVisit } from './guard'

type FormVisit = AccountVisit & { form: FormData }

/** What a page says after an act; the address carries the name, so that a reload does not act again. */
export const NOTICES = {
  'mail-sent': 'We have sent you a new mail. The link in it works for five days; older ones no longer do.',
  'session-ended': 'The session has ended. That browser is signed out.',
  'others-ended': 'All other sessions have ended. Only this browser is signed in.',
  'password-changed': 'Your password is changed. Other sessions have ended, and apps have to ask you to sign in again.',
  'authenticator-removed': 'The authenticator app is removed. Your other sessions have ended.',
  'app-removed': 'The app no longer has access. It is in force already.',
} as const

export type NoticeName = keyof typeof NOTICES

/** The notice that the address of a page names, if there is one of that name. */
export function noticeOf(request: Request): string | null {
  const name = new URL(request.url).searchParams.get('done')
  return name !== null && Object.hasOwn(NOTICES, name) ? NOTICES[name as NoticeName] : null
}

const done = (path: string, notice: NoticeName): Response => redirect(`${path}?done=${notice}`, { status: 303 })

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
export const answerSecurityForm = (visit: FormVisit) =>
  visit.form.has('intent') ? answerSecondFactorAct(visit) : answerPasswordChange(visit)

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
