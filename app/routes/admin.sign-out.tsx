import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node'
import { enterAdminHalfWayForm, enterAdminPublicPage } from '~/admin/guard'
import { leaveTo } from '~/admin/session-cookie'
import { signOut } from '~/domain/sessions/sessions'

export async function loader(args: LoaderFunctionArgs) {
  const { isSignedIn } = await enterAdminPublicPage(args)
  return redirect(isSignedIn ? `/admin${new URL(args.request.url).search}` : '/admin/sign-in')
}

export async function action(args: ActionFunctionArgs) {
  const visit = await enterAdminHalfWayForm(args)
  await signOut(visit.ctx, visit)
  return leaveTo(visit.ctx, '/admin/sign-in?notice=signed-out')
}
