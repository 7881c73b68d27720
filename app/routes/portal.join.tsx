import { parseWithZod } from '@conform-to/zod/v4'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { findLiveInvitation, joinTeam } from '~/domain/teams/join'
import { refusal, refusedForm } from '~/pages/form-answers'
import { pageOfLink, ticketOf } from '~/pages/mailed-link'
import { joinForm } from '~/portal/forms'
import { enterPortalPublicForm, enterPortalPublicPage } from '~/portal/guard'
import { JoinView } from '~/portal/join-view'
import { signInTo } from '~/portal/session-cookie'
import { siteNameOf } from '~/portal/support'

export { actionHeaders as headers } from '~/pages/form-answers'

export const meta: MetaFunction = () => [{ title: 'Join a team' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx } = await enterPortalPublicPage(args)
  const ticket = ticketOf(args.request.url)
  const found = await findLiveInvitation(ctx, 'portal', ticket)
  const invitation = found && { teamName: found.teamName, email: found.email, role: found.role }
  return pageOfLink({ siteName: await siteNameOf(ctx), ticket, invitation }, { isAlive: found !== undefined })
}

export async function action(args: ActionFunctionArgs) {
  const form = await enterPortalPublicForm(args)
  const parsed = parseWithZod(form, { schema: joinForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  try {
    const { user, connectionId } = await joinTeam(args.context, 'portal', parsed.value)
    return await signInTo(args.context, { user, connectionId, path: '/portal/apps?notice=joined' })
  } catch (error) {
    return refusal(error, form)
  }
}

export default function Join() {
  return <JoinView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
