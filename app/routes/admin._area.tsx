import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData, useRouteError, useRouteLoaderData } from '@remix-run/react'
import { AdminFrame } from '~/admin/admin-frame'
import { enterAdminPage } from '~/admin/guard'
import { adminFrame } from '~/admin/settings-page'
import { ErrorInArea, ErrorPage, errorTitle } from '~/ui/error-page'

export const meta: MetaFunction = ({ error }) => (error ? [{ title: errorTitle(error) }] : [])

export async function loader(args: LoaderFunctionArgs) {
  return adminFrame(await enterAdminPage(args))
}

export default function Admin() {
  return <AdminFrame {...useLoaderData<typeof loader>()} />
}

/** What has failed below: the way to the other pages stays, where it is known who looks. */
export function ErrorBoundary() {
  const error = useRouteError()
  const frame = useRouteLoaderData<typeof loader>('routes/admin._area')
  if (!frame) return <ErrorPage error={error} />
  return (
    <AdminFrame {...frame}>
      <ErrorInArea error={error} wayOn={{ to: '/admin', label: 'Go to the overview' }} />
    </AdminFrame>
  )
}
