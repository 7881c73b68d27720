import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { activatePage, answerActivation } from '~/account/activate'
import { ActivateView } from '~/account/activate-view'
import { enterAccountPublicForm, enterAccountPublicPage } from '~/account/guard'

export { actionHeaders as headers } from '~/pages/form-answers'

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `Connect a device – ${data.tenant.name}` : 'Connect a device' },
]

export async function loader(args: LoaderFunctionArgs) {
  return activatePage(enterAccountPublicPage(args), args.request)
}

export async function action(args: ActionFunctionArgs) {
  return answerActivation(args.context, await enterAccountPublicForm(args))
}

export default function Activate() {
  return <ActivateView page={useLoaderData<typeof loader>()} lastResult={useActionData<typeof action>()} />
}
