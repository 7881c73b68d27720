import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { enterAdminPage } from '~/admin/guard'
import { PartnerListView } from '~/admin/partner-list-view'
import { partnerListPage } from '~/admin/partner-pages'

export const meta: MetaFunction = () => [{ title: 'Partners – Admin' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx } = await enterAdminPage(args)
  return partnerListPage(ctx, new URL(args.request.url).searchParams)
}

export default function Partners() {
  return <PartnerListView {...useLoaderData<typeof loader>()} />
}
