import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { credentialsActs } from '~/portal/app-acts'
import { credentialsPage } from '~/portal/app-pages'
import { carryOut } from '~/portal/carry-out'
import { CredentialsView } from '~/portal/credentials-view'
import { enterPortalForm, enterPortalPage, requireOwnApp } from '~/portal/guard'
import { noticeOf } from '~/portal/notices'

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `Credentials of ${data.head.name}` : 'App' },
]

export async function loader(args: LoaderFunctionArgs) {
  const visit = await enterPortalPage(args)
  const details = await requireOwnApp(visit, args.params.clientId)
  const notice = noticeOf(new URL(args.request.url).searchParams)
  return { ...(await credentialsPage(visit.ctx, details)), notice }
}

export async function action(args: ActionFunctionArgs) {
  const visit = await enterPortalForm(args)
  return carryOut({ ...visit, details: await requireOwnApp(visit, args.params.clientId) }, credentialsActs)
}

export default function AppCredentials() {
  return <CredentialsView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
