/** The second factor of end users: asked for after the password, or set up by somebody who is signed in. */
import { parseWithZod } from '@conform-to/zod/v4'
import { data, redirect } from '@remix-run/node'
import type { AppContext } from '~/context'
import { createMfaToken, MFA_TOKEN_LIFETIME, redeemHalfWay } from '~/domain/authenticators/mfa-token'
import { isFederated } from '~/domain/connections/provider-of-connection'
import { cancelAuthorization, noteSignIn } from '~/domain/grants/pending-authorization'
import { type FirstFactor, multiFactorAmr } from '~/domain/sessions/acr'
import { readTexts } from '~/domain/tenant/custom-texts'
import { secondFactorStep, takeCode, withSecondFactor } from '~/pages/second-factor'
import { clearCookie, setCookie } from '~/platform/cookies'
import { toSeconds } from '~/platform/durations'
import { findConnection } from '~db/queries/connections'
import { beginSession, type Proof } from './begin-session'
import { continueAt } from './continue-at'
import { invalidForm, refusedForm } from './form-answer'
import { codeForm } from './forms'
import { resumeAuthorization, SECOND_FACTOR_COOKIE, type SecondFactorVisit } from './guard'
import { readTenant } from './tenant'

/** Remembers that the password was right, and sends the person to the page that asks for the second factor. */
export async function askSecondFactor(ctx: AppContext, proof: Omit<Proof, 'amr'>, page: string): Promise<Response> {
  const token = await createMfaToken(ctx, proof)
  const cookie = setCookie(ctx.config, SECOND_FACTOR_COOKIE, token, toSeconds(MFA_TOKEN_LIFETIME))
  return redirect(page, { status: 303, headers: { 'Set-Cookie': cookie } })
}

/** What the page has to do: ask for a code, set an authenticator up, or lead on. */
export async function secondFactorPage(visit: SecondFactorVisit, request: Request) {
  const { ctx, pending, live, user } = visit
  const { search } = new URL(request.url)
  const page = {
    tenant: await readTenant(ctx),
    texts: await readTexts(ctx, 'mfa-otp', pending?.client.name),
    app: pending ? { name: pending.client.name, organization: pending.partner?.name ?? null } : null,
    continueTo: pending ? `/authorize/resume${search}` : continueAt(request),
    signIn: pending ? `/u/login${search}` : `/account/sign-in${search}`,
    mayCancel: pending !== undefined && live !== undefined,
  }
  const next = await secondFactorStep(ctx, { user, session: live?.session })
  if (next.step === 'sign-in') throw redirect(page.signIn)
  return { ...page, ...next }
}

export type SecondFactorPage = Awaited<ReturnType<typeof secondFactorPage>>

/**
 * Takes the code: a session begins, or the one there is goes on, that is good for what asks for two factors. After a
 * set-up the answer shows the recovery codes, once.
 */
export async function answerSecondFactor(visit: SecondFactorVisit & { form: FormData }, request: Request) {
  const { ctx, pending, live, form } = visit
  if (pending && live && form.get('decision') === 'deny') {
    await cancelAuthorization(ctx, pending, live.user)
    return resumeAuthorization(pending)
  }
  const { step, continueTo } = await secondFactorPage(visit, request)
  if (step === 'done') return redirect(continueTo)
  const submission = parseWithZod(form, { schema: codeForm })
  if (submission.status !== 'success') return invalidForm(submission)
  try {
    const { code } = submission.value
    const { how, recoveryCodes } = await takeCode(ctx, visit.user, step, code)
    const { headers } = await goOnWith(visit, how)
    if (recoveryCodes) return data({ recoveryCodes }, { headers })
    return pending ? resumeAuthorization(pending, headers) : redirect(continueTo, { status: 303, headers })
  } catch (error) {
    return refusedForm(submission, error)
  }
}

/**
 * Begins the session that both factors make, and ties it to the request that waits. Where the password was given
 * earlier, that session goes on.
 */
async function goOnWith({ ctx, pending, halfWay, live, user }: SecondFactorVisit, how: 'otp' | 'recovery') {
  if (live) {
    const { headers } = await beginSession(ctx, { user, ...withSecondFactor(live.session, how) })
    return { headers }
  }
  await redeemHalfWay(ctx, halfWay)
  const { connectionId } = halfWay.mfaToken
  const amr = multiFactorAmr(how, await firstFactorAt(ctx, connectionId))
  const { session, headers } = await beginSession(ctx, { user, connectionId, amr })
  if (pending) await noteSignIn(ctx, pending, session)
  headers.append('Set-Cookie', clearCookie(ctx.config, SECOND_FACTOR_COOKIE))
  return { headers }
}

async function firstFactorAt({ db }: AppContext, connectionId: string): Promise<FirstFactor> {
  const connection = await findConnection(db, connectionId)
  return connection && isFederated(connection) ? 'fed' : 'pwd'
}
