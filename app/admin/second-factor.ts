import { data, redirect } from '@remix-run/node'
import { requireFresh } from '~/pages/fresh'
import { secondFactorStep, takeCode, withSecondFactor } from '~/pages/second-factor'
import { type AdminVisit, adminPath, isComplete } from './guard'
import { beginAdminSession } from './session-cookie'

/** What the page of the second factor has to do: set one up, ask for it, or lead on. */
export async function secondFactorPage(visit: AdminVisit, path: unknown) {
  const continueTo = adminPath(path)
  const next = await secondFactorStep(visit.ctx, visit)
  if (next.step === 'sign-in') requireFresh(visit, '/admin/sign-in', continueTo)
  if (next.step === 'set-up') return { ...next, continueTo, mayWait: await isComplete(visit) }
  return { step: next.step === 'code' ? ('code' as const) : ('done' as const), continueTo }
}

/**
 * Takes the code: the person's session goes on under another token, and is good for every page. After a set-up the answer
 * shows the recovery codes, once.
 */
export async function takeSecondFactor(visit: AdminVisit, { code, path }: { code: string; path: unknown }) {
  const { ctx, user, session } = visit
  const { step, continueTo } = await secondFactorPage(visit, path)
  if (step === 'done') return redirect(continueTo)
  const { how, recoveryCodes } = await takeCode(ctx, user, step, code)
  const headers = await beginAdminSession(ctx, { user, ...withSecondFactor(session, how) })
  return recoveryCodes ? data({ recoveryCodes }, { headers }) : redirect(continueTo, { headers })
}
