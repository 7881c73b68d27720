import { parseWithZod } from '@conform-to/zod/v4'
import { type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { signUpPartner } from '~/domain/partners/sign-up-partner'
import { refusal, refusedForm } from '~/pages/form-answers'
import { signUpForm } from '~/portal/forms'
import { enterPortalPublicForm, enterPortalPublicPage } from '~/portal/guard'
import { noticeOf } from '~/portal/notices'
import { signInTo } from '~/portal/session-cookie'
import { SignUpView } from '~/portal/sign-up-view'
import { siteNameOf } from '~/portal/support'

export { actionHeaders as headers } from '~/pages/form-answers'

export const meta: MetaFunction = () => [{ title: 'Sign up as a partner' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx, found } = await enterPortalPublicPage(args)
  if (found) return redirect('/portal/apps')
  return { siteName: await siteNameOf(ctx), notice: noticeOf(new URL(args.request.url).searchParams) }
}

export async function action(args: ActionFunctionArgs) {
  const form = await enterPortalPublicForm(args)
  const parsed = parseWithZod(form, { schema: signUpForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  try {
    const { organization, ...newUser } = parsed.value
    const { user, connectionId } = await signUpPartner(args.context, newUser, organization)
    return await signInTo(args.context, { user, connectionId, path: '/portal/check-mail' })
  } catch (error) {
    return refusal(error, form)
  }
}

export default function SignUp() {
  return <SignUpView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
