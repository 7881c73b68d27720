/** The page at which somebody whose provider cannot say when they signed in proves themselves by a mailed code. */
import { parseWithZod } from '@conform-to/zod/v4'
import { redirect } from '@remix-run/node'
import { mailConfirmationCode, takeConfirmationCode } from '~/domain/sessions/confirm-by-mail'
import { beginSession } from './begin-session'
import { continueAt } from './continue-at'
import { invalidForm, refusedForm } from './form-answer'
import { codeForm, sendCodeForm } from './forms'
import type { AccountVisit, FormVisit } from './guard'
import { readTenant } from './tenant'

export const confirmPage = async ({ ctx, user }: AccountVisit, request: Request) => ({
  tenant: await readTenant(ctx),
  email: user.email,
  continueTo: continueAt(request),
})

export type ConfirmPage = Awaited<ReturnType<typeof confirmPage>>

/** Mails the code, or takes it: the session is as good as one that has just begun then. */
export async function answerConfirmation(visit: FormVisit, request: Request) {
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
    const { headers } = await beginSession(ctx, { user, connectionId, amr, expiresAt })
    return redirect(continueAt(request), { status: 303, headers })
  } catch (error) {
    return refusedForm(submission, error)
  }
}
