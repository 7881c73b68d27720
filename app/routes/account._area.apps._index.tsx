import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { grantedAppActs } from '~/account/account-acts'
import { appsPage } from '~/account/account-pages'
import { AppsView } from '~/account/apps-view'
import { carryOut } from '~/account/carry-out'
import { enterAccountForm, enterAccountPage } from '~/account/guard'
import { noticeOf } from '~/account/notices'

export const meta: MetaFunction = () => [{ title: 'Apps with access to your account' }]

export async function loader(args: LoaderFunctionArgs) {
  return { ...(await appsPage(await enterAccountPage(args))), notice: noticeOf(args.request) }
}

export async function action(args: ActionFunctionArgs) {
  return carryOut(await enterAccountForm(args), grantedAppActs)
}

export default function Apps() {
  return <AppsView {...useLoaderData<typeof loader>()} refusal={useActionData<typeof action>()?.refusal} />
}
