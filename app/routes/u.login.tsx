import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { answerSignIn, requestQuery } from '~/account/answer-forms'
import { enterAuthorizationForm, enterAuthorizationPage, resumeAuthorization } from '~/account/guard'
import { entranceOfAuthorization } from '~/account/sign-in-page'
import { SignInView } from '~/account/sign-in-view'
import { noteSignIn } from '~/domain/grants/pending-authorization'
import { loginWishes } from '~/domain/identities/start-provider-login'

export { AuthorizationProblem as ErrorBoundary } from '~/account/authorization-problem'
export { actionHeaders as headers } from '~/pages/form-answers'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.texts.login.pageTitle ?? 'Sign in' }]

export async function loader(args: LoaderFunctionArgs) {
  return entranceOfAuthorization(await enterAuthorizationPage(args), args.request, 'login')
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, pending, form } = await enterAuthorizationForm(args)
  return answerSignIn(ctx, form, {
    connections: pending.connections,
    secondFactorPage: `/u/second-factor${requestQuery(pending.request.id)}`,
    purpose: { requestId: pending.request.id },
    wishes: loginWishes(pending.request.params),
    async goOn({ session, headers }) {
      await noteSignIn(ctx, pending, session)
      return resumeAuthorization(pending, headers)
    },
  })
}

export default function Login() {
  return <SignInView page={useLoaderData<typeof loader>()} lastResult={useActionData<typeof action>()} />
}
