import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { carryOut } from '~/account/carry-out'
import { enterAccountForm, enterAccountPage } from '~/account/guard'
import { linkingActs, linkingPage } from '~/account/linking'
import { LinkingView } from '~/account/linking-view'

export { actionHeaders as headers } from '~/pages/form-answers'

export const meta: MetaFunction = () => [{ title: 'An app asks to change how you sign in' }]

export async function loader(args: LoaderFunctionArgs) {
  return linkingPage(await enterAccountPage(args), args.request.url)
}

export async function action(args: ActionFunctionArgs) {
  return carryOut(await enterAccountForm(args), linkingActs)
}

export default function Linking() {
  return <LinkingView page={useLoaderData<typeof loader>()} refusal={useActionData<typeof action>()?.refusal} />
}
