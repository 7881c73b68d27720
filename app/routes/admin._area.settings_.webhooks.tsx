import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { carryOut } from '~/admin/carry-out'
import { enterAdminForm, enterAdminPage } from '~/admin/guard'
import { noticeOf } from '~/admin/notices'
import { webhooksActs, webhooksPage } from '~/admin/webhooks'
import { WebhooksView } from '~/admin/webhooks-view'
import { WEBHOOK_EVENTS } from '~/domain/webhooks/webhook-events'

export const meta: MetaFunction = () => [{ title: 'Webhooks – Admin' }]

export async function loader(args: LoaderFunctionArgs) {
  const visit = await enterAdminPage(args)
  const notice = noticeOf(new URL(args.request.url).searchParams)
  return { page: await webhooksPage(visit), events: WEBHOOK_EVENTS, notice }
}

export async function action(args: ActionFunctionArgs) {
  return carryOut(await enterAdminForm(args), webhooksActs)
}

export default function Webhooks() {
  return <WebhooksView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
