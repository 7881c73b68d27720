import { type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { answerSignIn } from '~/account/answer-forms'
import { continueAt } from '~/account/continue-at'
import { enterAccountPublicForm, enterAccountPublicPage } from '~/account/guard'
import { entranceOfAccount } from '~/account/sign-in-page'
import { SignInView } from '~/account/sign-in-view'
import { accountConnections } from '~/domain/connections/account-connections'
import { findSession } from '~/domain/sessions/sessions'

export { actionHeaders as headers } from '~/pages/form-answers'

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `Sign in to your account – ${data.tenant.name}` : 'Sign in to your account' },
]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = enterAccountPublicPage(args)
  return entranceOfAccount(ctx, args.request, 'login')
}

export async function action(args: ActionFunctionArgs) {
  const form = await enterAccountPublicForm(args)
  const { context, request } = args
  const path = continueAt(request)
  return answerSignIn(context, form, {
    connections: await accountConnections(context),
    secondFactorPage: `/account/second-factor?continue=${encodeURIComponent(path)}`,
    purpose: { continueAt: path },
    // Whoever is signed in and comes here again is to prove who they are, not to be taken at a provider's old word.
    wishes: { isFresh: (await findSession(context, 'account')) !== undefined },
    goOn: ({ headers }) => redirect(path, { status: 303, headers }),
  })
}

export default function SignIn() {
  return <SignInView page={useLoaderData<typeof loader>()} lastResult={useActionData<typeof action>()} />
}
