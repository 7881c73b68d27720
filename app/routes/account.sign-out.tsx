import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node'
import { endSession } from '~/account/begin-session'
import { enterAccountForm, enterAccountPublicPage } from '~/account/guard'

/** Signing out is a form; who follows a link here loses nothing. */
export async function loader(args: LoaderFunctionArgs) {
  enterAccountPublicPage(args)
  return redirect(`/account${new URL(args.request.url).search}`)
}

export async function action(args: ActionFunctionArgs) {
  const visit = await enterAccountForm(args)
  return redirect('/account/sign-in', { status: 303, headers: await endSession(visit.ctx, visit) })
}
