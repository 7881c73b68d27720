import { type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { answerSignUp } from '~/account/answer-forms'
import { continueAt } from '~/account/continue-at'
import { enterAccountPublicForm, enterAccountPublicPage } from '~/account/guard'
import { entranceOfAccount } from '~/account/sign-in-page'
import { SignUpView } from '~/account/sign-up-view'
import { accountConnectionForSignUp } from '~/domain/connections/account-connections'

export { actionHeaders as headers } from '~/pages/form-answers'

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `Create your account – ${data.tenant.name}` : 'Create your account' },
]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = enterAccountPublicPage(args)
  return entranceOfAccount(ctx, args.request, 'signup')
}

export async function action(args: ActionFunctionArgs) {
  const form = await enterAccountPublicForm(args)
  const { context, request } = args
  return answerSignUp(context, await accountConnectionForSignUp(context), form, ({ headers }) =>
    redirect(continueAt(request), { status: 303, headers }),
  )
}

export default function SignUp() {
  return <SignUpView page={useLoaderData<typeof loader>()} lastResult={useActionData<typeof action>()} />
}
