import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { brandingActs, brandingPage } from '~/admin/branding'
import { BrandingView } from '~/admin/branding-view'
import { carryOut } from '~/admin/carry-out'
import { enterAdminForm, enterAdminPage } from '~/admin/guard'
import { noticeOf } from '~/admin/notices'

export const meta: MetaFunction = () => [{ title: 'Branding – Admin' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx } = await enterAdminPage(args)
  return { page: await brandingPage(ctx), notice: noticeOf(new URL(args.request.url).searchParams) }
}

export async function action(args: ActionFunctionArgs) {
  return carryOut(await enterAdminForm(args), brandingActs)
}

export default function Branding() {
  return <BrandingView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
