import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node'
import { signOut } from '~/domain/sessions/sessions'
import { enterPortalFormAsGuest, enterPortalPublicPage } from '~/portal/guard'
import { leaveTo } from '~/portal/session-cookie'

export async function loader(args: LoaderFunctionArgs) {
  const { found } = await enterPortalPublicPage(args)
  return redirect(found ? `/portal/apps${new URL(args.request.url).search}` : '/portal/sign-in')
}

export async function action(args: ActionFunctionArgs) {
  const guest = await enterPortalFormAsGuest(args)
  await signOut(guest.ctx, guest)
  return leaveTo(guest.ctx, '/portal/sign-in?notice=signed-out')
}
