import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { refusedAct } from '~/account/form-answer'
import { enterAccountPublicForm, enterAccountPublicPage } from '~/account/guard'
import { readTenant } from '~/account/tenant'
import { undo, undoPage } from '~/account/undo-link'
import { UndoLinkView } from '~/account/undo-link-view'

export const meta: MetaFunction = () => [{ title: 'Undo a change of how you sign in' }]

const ticketOf = (request: Request): string => new URL(request.url).searchParams.get('ticket') ?? ''

export async function loader(args: LoaderFunctionArgs) {
  const ctx = enterAccountPublicPage(args)
  const { name: tenantName } = await readTenant(ctx)
  const { page, status } = await undoPage(ctx, ticketOf(args.request))
  return data({ tenantName, page }, { status })
}

export async function action(args: ActionFunctionArgs) {
  const form = await enterAccountPublicForm(args)
  return undo(args.context, ticketOf(args.request)).catch((error) => refusedAct(error, form))
}

export default function UndoLinking() {
  return <UndoLinkView {...useLoaderData<typeof loader>()} refusal={useActionData<typeof action>()?.refusal} />
}
