import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { securityActs } from '~/account/account-acts'
import { securityPage } from '~/account/account-pages'
import { carryOut } from '~/account/carry-out'
import { enterAccountForm, enterAccountPage } from '~/account/guard'
import { noticeOf } from '~/account/notices'
import { SecurityView } from '~/account/security-view'

export { actionHeaders as headers } from '~/pages/form-answers'

export const meta: MetaFunction = () => [{ title: 'Security of your account' }]

export async function loader(args: LoaderFunctionArgs) {
  return { page: await securityPage(await enterAccountPage(args)), notice: noticeOf(args.request) }
}

export async function action(args: ActionFunctionArgs) {
  return carryOut(await enterAccountForm(args), securityActs)
}

export default function Security() {
  return <SecurityView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
