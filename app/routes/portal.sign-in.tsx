import { parseWithZod } from '@conform-to/zod/v4'
import { type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { isFresh } from '~/domain/sessions/fresh'
import { connectionOfArea } from '~/domain/tenant/set-up'
import { authenticateByPassword } from '~/domain/users/sign-in'
import { refusal, refusedForm } from '~/pages/form-answers'
import { signInForm } from '~/portal/forms'
import { enterPortalPublicForm, enterPortalPublicPage, portalPath } from '~/portal/guard'
import { noticeOf } from '~/portal/notices'
import { signInTo } from '~/portal/session-cookie'
import { SignInView } from '~/portal/sign-in-view'
import { siteNameOf } from '~/portal/support'

export { actionHeaders as headers } from '~/pages/form-answers'

export const meta: MetaFunction = () => [{ title: 'Sign in to the partner portal' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx, found } = await enterPortalPublicPage(args)
  const search = new URL(args.request.url).searchParams
  const path = portalPath(search.get('continue'))
  const isToConfirm = search.get('notice') === 'confirm' && found && !isFresh(ctx, found)
  if (found && !isToConfirm) return redirect(path)
  return { siteName: await siteNameOf(ctx), continueTo: path, notice: noticeOf(search) }
}

export async function action(args: ActionFunctionArgs) {
  const form = await enterPortalPublicForm(args)
  const parsed = parseWithZod(form, { schema: signInForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  try {
    const { username, password, continue: path } = parsed.value
    const connection = await connectionOfArea(args.context, 'portal')
    const { user } = await authenticateByPassword(args.context, [connection], { login: username, password })
    return await signInTo(args.context, { user, connectionId: connection.id, path: portalPath(path) })
  } catch (error) {
    return refusal(error, form)
  }
}

export default function SignIn() {
  return <SignInView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
