import { type LoaderFunctionArgs, redirect } from '@remix-run/node'
import { enterPortalPage } from '~/portal/guard'

export async function loader(args: LoaderFunctionArgs) {
  await enterPortalPage(args)
  return redirect('/portal/apps')
}
