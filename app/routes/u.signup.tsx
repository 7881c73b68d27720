import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { answerSignUp } from '~/account/answer-forms'
import { enterAuthorizationForm, enterAuthorizationPage, resumeAuthorization } from '~/account/guard'
import { entranceOfAuthorization } from '~/account/sign-in-page'
import { SignUpView } from '~/account/sign-up-view'
import { connectionForSignUp } from '~/domain/connections/account-connections'
import { noteSignIn } from '~/domain/grants/pending-authorization'

export { AuthorizationProblem as ErrorBoundary } from '~/account/authorization-problem'
export { actionHeaders as headers } from '~/pages/form-answers'

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data?.texts.signup.pageTitle ?? 'Create your account' },
]

export async function loader(args: LoaderFunctionArgs) {
  return entranceOfAuthorization(await enterAuthorizationPage(args), args.request, 'signup')
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, pending, form } = await enterAuthorizationForm(args)
  return answerSignUp(ctx, connectionForSignUp(pending.connections), form, async ({ session, headers }) => {
    await noteSignIn(ctx, pending, session)
    return resumeAuthorization(pending, headers)
  })
}

export default function SignUp() {
  return <SignUpView page={useLoaderData<typeof loader>()} lastResult={useActionData<typeof action>()} />
}
