/** The pages at which somebody whose provider cannot say when they signed in proves themselves by a mailed code. */
import { parseWithZod } from '@conform-to/zod/v4'
import { redirect } from '@remix-run/node'
import { noteSignIn } from '~/domain/grants/pending-authorization'
import { mailConfirmationCode, takeConfirmationCode } from '~/domain/sessions/confirm-by-mail'
import { requestQuery } from './answer-forms'
import { type BegunSession, beginSession } from './begin-session'
import { continueAt } from './continue-at'
import { invalidForm, refusedForm } from './form-answer'
import { codeForm, sendCodeForm } from './forms'
import { type AccountVisit, type ConsentVisit, type FormVisit, resumeAuthorization } from './guard'
import type { AppLine } from './sign-in-page'
import { readTenant } from './tenant'

/** @property otherwise where somebody goes who wants no code, and what the link to it says */
type Page = { app: AppLine | null; otherwise: { to: string; label: string } }

const shownPage = async ({ ctx, user }: AccountVisit, page: Page) => ({
  tenant: await readTenant(ctx),
  email: user.email,
  ...page,
})

export const confirmPage = (visit: AccountVisit, request: Request) =>
  shownPage(visit, { app: null, otherwise: { to: continueAt(request), label: 'Not now' } })

/** The page of an authorization whose client asks when the person has signed in. */
export function confirmPageOfAuthorization(visit: ConsentVisit) {
  const { client, partner, request } = visit.pending
  const otherwise = { to: `/u/login${requestQuery(request.id)}`, label: 'Sign in another way' }
  return shownPage(visit, { app: { name: client.name, organization: partner?.name ?? null }, otherwise })
}

export type ConfirmPage = Awaited<ReturnType<typeof confirmPage>>

export const answerConfirmation = (visit: FormVisit, request: Request) =>
  takeAnswer(visit, async ({ headers }) => redirect(continueAt(request), { status: 303, headers }))

/** The code is the sign-in that the request wants. */
export const answerConfirmationOfAuthorization = (visit: ConsentVisit & { form: FormData }) =>
  takeAnswer(visit, async ({ session, headers }) => {
    await noteSignIn(visit.ctx, visit.pending, session)
    return resumeAuthorization(visit.pending, headers)
  })

/** Mails the code, or takes it: the session is as good as one that has just begun then. */
async function takeAnswer(visit: AccountVisit & { form: FormData }, goOn: (begun: BegunSession) => Promise<Response>) {
  const { ctx, user, session, form } = visit
  const isSending = form.get('intent') === 'send'
  const submission = parseWithZod(form, { schema: isSending ? sendCodeForm : codeForm })
  if (submission.status !== 'success') return invalidForm(submission)
  try {
    if (!('code' in submission.value)) {
      await mailConfirmationCode(ctx, visit)
      return { isSent: true as const }
    }
    await takeConfirmationCode(ctx, visit, submission.value.code)
    const { connectionId, amr, expiresAt } = session
    return await goOn(await beginSession(ctx, { user, connectionId, amr, expiresAt }))
  } catch (error) {
    return refusedForm(submission, error)
  }
}
