import { redirect } from '@remix-run/node'
import { lookUp } from '~/platform/look-up'

/** What a page says after an act; the address carries the name, so that a reload does not act again. */
export const NOTICES = {
  'mail-sent': 'We have sent you a new mail. The link in it works for five days; older ones no longer do.',
  'session-ended': 'The session has ended. That browser is signed out.',
  'others-ended': 'All other sessions have ended. Only this browser is signed in.',
  'password-changed': 'Your password is changed. Other sessions have ended, and apps have to ask you to sign in again.',
  'authenticator-removed': 'The authenticator app is removed. Your other sessions have ended.',
  'identity-linked': 'The account is linked. You can sign in by it from now on.',
  'identity-removed':
    'You no longer sign in by it: it is an account of its own again. Other sessions have ended, and apps have to ask you to sign in again.',
  'testing-accepted': 'You are a tester of the app now. Open it, and sign in there.',
  'change-denied': 'You have said no. The app cannot change how you sign in.',
  'app-removed': 'The app no longer has access. It is in force already.',
} as const

export type NoticeName = keyof typeof NOTICES

/** The notice that the address of a page names, if there is one of that name. */
export function noticeOf(request: Request): string | null {
  const name = new URL(request.url).searchParams.get('done') ?? ''
  return lookUp<string>(NOTICES, name) ?? null
}

export const done = (path: string, notice: NoticeName): Response => redirect(`${path}?done=${notice}`, { status: 303 })
