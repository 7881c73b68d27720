import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { appPage } from '~/account/account-pages'
import { AppView } from '~/account/app-view'
import { enterAccountPage } from '~/account/guard'

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `${data.app.name} – access to your account` : 'Access to your account' },
]

export async function loader(args: LoaderFunctionArgs) {
  return { app: await appPage(await enterAccountPage(args), args.params.client_id) }
}

export default function App() {
  return <AppView {...useLoaderData<typeof loader>()} />
}
