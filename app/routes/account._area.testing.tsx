import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { carryOut } from '~/account/carry-out'
import { enterAccountForm, enterAccountPage } from '~/account/guard'
import { testingActs, testingPage } from '~/account/testing'
import { TestingView } from '~/account/testing-view'
import { pageOfLink } from '~/pages/mailed-link'

export { actionHeaders as headers } from '~/pages/form-answers'

export const meta: MetaFunction = () => [{ title: 'Test an app' }]

export async function loader(args: LoaderFunctionArgs) {
  const page = await testingPage(await enterAccountPage(args), args.request.url)
  return pageOfLink(page, { isAlive: page.problem === null })
}

export async function action(args: ActionFunctionArgs) {
  return carryOut(await enterAccountForm(args), testingActs)
}

export default function Testing() {
  return <TestingView page={useLoaderData<typeof loader>()} refusal={useActionData<typeof action>()?.refusal} />
}
