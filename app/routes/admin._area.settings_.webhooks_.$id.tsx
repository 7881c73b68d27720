import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { carryOut } from '~/admin/carry-out'
import { enterAdminForm, enterAdminPage } from '~/admin/guard'
import { noticeOf } from '~/admin/notices'
import { WebhookView } from '~/admin/webhook-view'
import { requireWebhook, webhookActs, webhookPage } from '~/admin/webhooks'
import { WEBHOOK_EVENTS } from '~/domain/webhooks/webhook-events'

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: `${data ? data.page.webhook.name : 'Webhook'} – Admin` },
]

export async function loader(args: LoaderFunctionArgs) {
  const visit = await enterAdminPage(args)
  const notice = noticeOf(new URL(args.request.url).searchParams)
  return { page: await webhookPage(visit, args.params.id ?? ''), events: WEBHOOK_EVENTS, notice }
}

export async function action(args: ActionFunctionArgs) {
  const visit = await enterAdminForm(args)
  return carryOut({ ...visit, webhook: await requireWebhook(visit.ctx, args.params.id ?? '') }, webhookActs)
}

export default function Webhook() {
  return <WebhookView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
