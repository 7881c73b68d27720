import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { enterAdminPage, enterOwnerForm } from '~/admin/guard'
import { noticeOf } from '~/admin/notices'
import { WebhookView } from '~/admin/webhook-view'
import { actOnWebhook, webhookPage } from '~/admin/webhooks'
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
  return actOnWebhook(await enterOwnerForm(args), args.params.id ?? '')
}

export default function Webhook() {
  return <WebhookView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
