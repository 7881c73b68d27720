import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { carryOut } from '~/portal/carry-out'
import { enterPortalForm, enterPortalPage } from '~/portal/guard'
import { noticeOf } from '~/portal/notices'
import { organizationActs, organizationPage } from '~/portal/organization-page'
import { OrganizationView } from '~/portal/organization-view'

export const meta: MetaFunction = () => [{ title: 'Organization' }]

export async function loader(args: LoaderFunctionArgs) {
  const visit = await enterPortalPage(args)
  return { ...(await organizationPage(visit)), notice: noticeOf(new URL(args.request.url).searchParams) }
}

export async function action(args: ActionFunctionArgs) {
  return carryOut(await enterPortalForm(args), organizationActs)
}

export default function Organization() {
  return <OrganizationView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
