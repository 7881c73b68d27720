import type { LoaderFunctionArgs } from '@remix-run/node'
import { Outlet, useLoaderData } from '@remix-run/react'
import { readTenant } from '~/account/tenant'
import { DocsLayout } from '~/docs/docs-layout'
import { DOC_SECTIONS } from '~/docs/pages'

export async function loader({ context }: LoaderFunctionArgs) {
  return { tenantName: (await readTenant(context)).name, sections: DOC_SECTIONS }
}

export default function Docs() {
  return (
    <DocsLayout {...useLoaderData<typeof loader>()}>
      <Outlet />
    </DocsLayout>
  )
}
