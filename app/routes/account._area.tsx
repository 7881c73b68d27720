import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData, useRouteError, useRouteLoaderData } from '@remix-run/react'
import { AccountFrame } from '~/account/account-frame'
import { accountFrame } from '~/account/account-pages'
import { enterAccountPage } from '~/account/guard'
import { ErrorInArea, ErrorPage, errorTitle } from '~/ui/error-page'

export const meta: MetaFunction = ({ error }) => (error ? [{ title: errorTitle(error) }] : [])

export async function loader(args: LoaderFunctionArgs) {
  return accountFrame(await enterAccountPage(args))
}

export default function Account() {
  return <AccountFrame {...useLoaderData<typeof loader>()} />
}

/** What has failed below: the way to the other pages stays, where it is known who looks. */
export function ErrorBoundary() {
  const error = useRouteError()
  const frame = useRouteLoaderData<typeof loader>('routes/account._area')
  if (!frame) return <ErrorPage error={error} />
  return (
    <AccountFrame {...frame}>
      <ErrorInArea error={error} wayOn={{ to: '/account', label: 'Go to your account' }} />
    </AccountFrame>
  )
}
