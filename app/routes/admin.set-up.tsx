import { parseWithZod } from '@conform-to/zod/v4'
import { type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { setUpForm } from '~/admin/forms'
import { enterAdminPublicForm, enterAdminPublicPage } from '~/admin/guard'
import { beginAdminSession } from '~/admin/session-cookie'
import { SetUpView } from '~/admin/set-up-view'
import { isOwnerSetUpLinkLive, setUpOwner } from '~/domain/tenant/set-up-owner'
import { refusal, refusedForm } from '~/pages/form-answers'
import { pageOfLink, ticketOf } from '~/pages/mailed-link'

export { actionHeaders as headers } from '~/pages/form-answers'

export const meta: MetaFunction = () => [{ title: 'Set up the first owner' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx } = await enterAdminPublicPage(args)
  const ticket = ticketOf(args.request.url)
  const isLive = await isOwnerSetUpLinkLive(ctx, ticket)
  return pageOfLink({ ticket, isLive }, { isAlive: isLive })
}

export async function action(args: ActionFunctionArgs) {
  const form = await enterAdminPublicForm(args)
  const parsed = parseWithZod(form, { schema: setUpForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  try {
    const { ticket, ...owner } = parsed.value
    const { user, connectionId } = await setUpOwner(args.context, ticket, owner)
    const headers = await beginAdminSession(args.context, { user, connectionId, amr: ['pwd'] })
    return redirect('/admin', { headers })
  } catch (error) {
    return refusal(error, form)
  }
}

export default function SetUp() {
  return <SetUpView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
