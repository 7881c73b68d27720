import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { answerConfirmationOfAuthorization, confirmPageOfAuthorization } from '~/account/confirm'
import { ConfirmView } from '~/account/confirm-view'
import { enterConfirmForm, enterConsentPage } from '~/account/guard'

export { AuthorizationProblem as ErrorBoundary } from '~/account/authorization-problem'
export { actionHeaders as headers } from '~/pages/form-answers'

export const meta: MetaFunction = () => [{ title: 'Confirm that it is you' }]

export async function loader(args: LoaderFunctionArgs) {
  return confirmPageOfAuthorization(await enterConsentPage(args))
}

export async function action(args: ActionFunctionArgs) {
  return answerConfirmationOfAuthorization(await enterConfirmForm(args))
}

export default function Confirm() {
  return <ConfirmView page={useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
