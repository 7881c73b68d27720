/** The page at which a person types the code that a device shows (RFC 8628 §3.3). */
import { parseWithZod } from '@conform-to/zod/v4'
import { redirectDocument } from '@remix-run/node'
import type { AppContext } from '~/context'
import { exampleUserCode, openDeviceAuthorization } from '~/domain/grants/device-code'
import { findTenantSettings } from '~db/queries/tenant'
import { requestQuery } from './answer-forms'
import { invalidForm, refusedForm } from './form-answer'
import { userCodeForm } from './forms'
import { readTenant } from './tenant'

const OUTCOMES = ['allowed', 'denied'] as const

export async function activatePage(ctx: AppContext, request: Request) {
  const query = new URL(request.url).searchParams
  return {
    tenant: await readTenant(ctx),
    example: exampleUserCode((await findTenantSettings(ctx.db)).deviceFlow),
    /** What came of it, on the way back from the question. */
    outcome: OUTCOMES.find((outcome) => outcome === query.get('done')),
    /** The code that came with the link; it is looked at and sent by the person (§3.3.1). */
    userCode: query.get('user_code')?.slice(0, 20),
  }
}

export async function answerActivation(ctx: AppContext, form: FormData) {
  const submission = parseWithZod(form, { schema: userCodeForm })
  if (submission.status !== 'success') return invalidForm(submission)
  try {
    const id = await openDeviceAuthorization(ctx, submission.value.user_code)
    return redirectDocument(`/authorize/resume${requestQuery(id)}`, { status: 303 })
  } catch (error) {
    return refusedForm(submission, error)
  }
}
