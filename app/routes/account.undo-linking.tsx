import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { refusedAct } from '~/account/form-answer'
import { enterAccountPublicForm, enterAccountPublicPage } from '~/account/guard'
import { readTenant } from '~/account/tenant'
import { undo, undoPage } from '~/account/undo-link'
import { UndoLinkView } from '~/account/undo-link-view'
import { pageOfLink, ticketOf } from '~/pages/mailed-link'

export const meta: MetaFunction = () => [{ title: 'Undo a change of how you sign in' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = enterAccountPublicPage(args)
  const { name: tenantName } = await readTenant(ctx)
  const page = await undoPage(ctx, ticketOf(args.request.url))
  return pageOfLink({ tenantName, page }, { isAlive: page.state !== 'dead' })
}

export async function action(args: ActionFunctionArgs) {
  const form = await enterAccountPublicForm(args)
  return undo(args.context, ticketOf(args.request.url)).catch((error) => refusedAct(error, form))
}

export default function UndoLinking() {
  return <UndoLinkView {...useLoaderData<typeof loader>()} refusal={useActionData<typeof action>()?.refusal} />
}
