import { parseWithZod } from '@conform-to/zod/v4'
import { type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { signInForm } from '~/admin/forms'
import { adminPath, enterAdminPublicForm, enterAdminPublicPage } from '~/admin/guard'
import { noticeOf } from '~/admin/notices'
import { tenantName } from '~/admin/settings-page'
import { signInMember } from '~/admin/sign-in'
import { SignInView } from '~/admin/sign-in-view'
import { refusal, refusedForm } from '~/pages/form-answers'

export { actionHeaders as headers } from '~/pages/form-answers'

export const meta: MetaFunction = () => [{ title: 'Sign in to the admin area' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx, isSignedIn, isFresh } = await enterAdminPublicPage(args)
  const search = new URL(args.request.url).searchParams
  const continueTo = adminPath(search.get('continue'))
  const isToConfirm = search.get('notice') === 'confirm' && !isFresh
  if (isSignedIn && !isToConfirm) return redirect(continueTo)
  return { tenant: await tenantName(ctx), continueTo, isToConfirm, notice: noticeOf(search) }
}

export async function action(args: ActionFunctionArgs) {
  const form = await enterAdminPublicForm(args)
  const parsed = parseWithZod(form, { schema: signInForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  try {
    const { username, password, continue: path } = parsed.value
    return await signInMember(args.context, { username, password, path })
  } catch (error) {
    return refusal(error, form)
  }
}

export default function SignIn() {
  return <SignInView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
