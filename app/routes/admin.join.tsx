import { parseWithZod } from '@conform-to/zod/v4'
import { type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { joinForm } from '~/admin/forms'
import { enterAdminPublicForm, enterAdminPublicPage } from '~/admin/guard'
import { JoinView } from '~/admin/join-view'
import { beginAdminSession } from '~/admin/session-cookie'
import { findLiveInvitation, joinTeam } from '~/domain/teams/join'
import { refusal, refusedForm } from '~/pages/form-answers'
import { pageOfLink, ticketOf } from '~/pages/mailed-link'

export { actionHeaders as headers } from '~/pages/form-answers'

export const meta: MetaFunction = () => [{ title: 'Join the team' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx } = await enterAdminPublicPage(args)
  const ticket = ticketOf(args.request.url)
  const found = await findLiveInvitation(ctx, 'admin', ticket)
  const invitation = found && { teamName: found.teamName, email: found.email, role: found.role }
  return pageOfLink({ ticket, invitation }, { isAlive: found !== undefined })
}

export async function action(args: ActionFunctionArgs) {
  const form = await enterAdminPublicForm(args)
  const parsed = parseWithZod(form, { schema: joinForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  try {
    const { user, connectionId } = await joinTeam(args.context, 'admin', parsed.value)
    const headers = await beginAdminSession(args.context, { user, connectionId, amr: ['pwd'] })
    return redirect('/admin', { headers })
  } catch (error) {
    return refusal(error, form)
  }
}

export default function Join() {
  return <JoinView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
