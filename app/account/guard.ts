import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node'
import type { AppContext } from '~/context'
import { findSession, type LiveSession } from '~/domain/sessions/sessions'
import { readPageForm } from '~/platform/page-form'

/** A signed-in end user at a page of their own account. */
export type AccountVisit = LiveSession & { ctx: AppContext }

/** @throws a redirect to the sign-in page, which leads back here */
export async function enterAccountPage({ request, context }: LoaderFunctionArgs): Promise<AccountVisit> {
  const found = await findSession(context, 'account')
  if (!found) {
    const { pathname, search } = new URL(request.url)
    throw redirect(`/account/sign-in?continue=${encodeURIComponent(pathname + search)}`)
  }
  return { ...found, ctx: { ...context, actor: { type: 'user', id: found.user.userId, name: found.user.name } } }
}

/** A signed-in end user, and the form they sent from a page of ours. */
export async function enterAccountForm(args: ActionFunctionArgs): Promise<AccountVisit & { form: FormData }> {
  const visit = await enterAccountPage(args)
  return { ...visit, form: await enterAccountPublicForm(args) }
}

/** A form of a page that is open to everybody: sign-in, sign-up, a forgotten password. */
export function enterAccountPublicForm({ request, context }: ActionFunctionArgs): Promise<FormData> {
  return readPageForm(request, { encryption: context.encryption, visitorId: context.request.visitorId })
}
