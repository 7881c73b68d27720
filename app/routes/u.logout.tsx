import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { enterAccountPublicForm, enterAccountPublicPage } from '~/account/guard'
import { answerLogout, logoutPage } from '~/account/logout-page'
import { LogoutView } from '~/account/logout-views'

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `Sign out – ${data.tenantName}` : 'Sign out' },
]

export async function loader(args: LoaderFunctionArgs) {
  return logoutPage(enterAccountPublicPage(args), args.request)
}

export async function action(args: ActionFunctionArgs) {
  return answerLogout(args.context, args.request, await enterAccountPublicForm(args))
}

export default function Logout() {
  return <LogoutView page={useLoaderData<typeof loader>()} problem={useActionData<typeof action>()?.problem} />
}
