import type { LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { AdminFrame } from '~/admin/admin-frame'
import { enterAdminPage } from '~/admin/guard'
import { adminFrame } from '~/admin/settings-page'

export async function loader(args: LoaderFunctionArgs) {
  return adminFrame(await enterAdminPage(args))
}

export default function Admin() {
  return <AdminFrame {...useLoaderData<typeof loader>()} />
}
