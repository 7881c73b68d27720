import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData, useRouteError, useRouteLoaderData } from '@remix-run/react'
import { enterPortalPage } from '~/portal/guard'
import { PortalFrame } from '~/portal/portal-frame'
import { siteNameOf } from '~/portal/support'
import { ErrorInArea, ErrorPage, errorTitle } from '~/ui/error-page'

export const meta: MetaFunction = ({ error }) => (error ? [{ title: errorTitle(error) }] : [])

export async function loader(args: LoaderFunctionArgs) {
  const { ctx, user } = await enterPortalPage(args)
  return { person: { name: user.name, email: user.email ?? '' }, siteName: await siteNameOf(ctx) }
}

export default function Portal() {
  return <PortalFrame {...useLoaderData<typeof loader>()} />
}

/** What has failed below: the way to the other pages stays, where it is known who looks. */
export function ErrorBoundary() {
  const error = useRouteError()
  const frame = useRouteLoaderData<typeof loader>('routes/portal._app')
  if (!frame) return <ErrorPage error={error} />
  return (
    <PortalFrame {...frame}>
      <ErrorInArea error={error} wayOn={{ to: '/portal/apps', label: 'Go to your apps' }} />
    </PortalFrame>
  )
}
