import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { answerConfirmation, confirmPage } from '~/account/confirm'
import { ConfirmView } from '~/account/confirm-view'
import { enterAccountForm, enterAccountPage } from '~/account/guard'

export { actionHeaders as headers } from '~/pages/form-answers'

export const meta: MetaFunction = () => [{ title: 'Confirm that it is you' }]

export async function loader(args: LoaderFunctionArgs) {
  return confirmPage(await enterAccountPage(args), args.request)
}

export async function action(args: ActionFunctionArgs) {
  return answerConfirmation(await enterAccountForm(args), args.request)
}

export default function Confirm() {
  return <ConfirmView page={useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
