import { data, redirect } from '@remix-run/node'
import { confirmTotpEnrolment, hasAuthenticator, startTotpEnrolment } from '~/domain/authenticators/enrol-totp'
import { verifySecondFactor } from '~/domain/authenticators/verify-second-factor'
import { multiFactorAmr } from '~/domain/sessions/acr'
import { type AdminVisit, adminPath, isComplete } from './guard'
import { beginAdminSession } from './session-cookie'

/** What the page of the second factor has to do: set one up, ask for it, or lead on. */
export async function secondFactorPage(visit: AdminVisit, search: URLSearchParams) {
  const { ctx, user } = visit
  const continueTo = adminPath(search.get('continue'))
  if (await hasAuthenticator(ctx, user.userId)) {
    return (await isComplete(visit)) ? { step: 'done' as const, continueTo } : { step: 'code' as const, continueTo }
  }
  const mayWait = await isComplete(visit)
  return { step: 'set-up' as const, continueTo, mayWait, enrolment: await startTotpEnrolment(ctx, user) }
}

/**
 * Takes the code: the person's half-way session ends, and a new one begins that is good for every page. After a set-up
 * the answer shows the recovery codes, once.
 */
export async function takeSecondFactor(visit: AdminVisit, { code, path }: { code: string; path: unknown }) {
  const { ctx, user, session } = visit
  const isSetUp = await hasAuthenticator(ctx, user.userId)
  const recoveryCodes = isSetUp ? undefined : await confirmTotpEnrolment(ctx, user, code)
  const how = isSetUp ? await verifySecondFactor(ctx, user, code) : 'otp'
  const proof = { user, connectionId: session.connectionId, amr: multiFactorAmr(how) }
  const headers = await beginAdminSession(ctx, proof)
  return recoveryCodes ? data({ recoveryCodes }, { headers }) : redirect(adminPath(path), { headers })
}
