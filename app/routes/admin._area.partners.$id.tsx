import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { carryOut } from '~/admin/carry-out'
import { enterAdminForm, enterAdminPage } from '~/admin/guard'
import { noticeOf } from '~/admin/notices'
import { partnerActs } from '~/admin/partner-acts'
import { partnerPage, requirePartner } from '~/admin/partner-pages'
import { PartnerView } from '~/admin/partner-view'

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: `${data ? data.partner.name : 'Partner'} – Admin` },
]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx, member } = await enterAdminPage(args)
  const page = await partnerPage(ctx, args.params.id ?? '')
  return { ...page, isOwner: member.role === 'owner', notice: noticeOf(new URL(args.request.url).searchParams) }
}

export async function action(args: ActionFunctionArgs) {
  const visit = await enterAdminForm(args)
  return carryOut({ ...visit, partner: await requirePartner(visit.ctx, args.params.id ?? '') }, partnerActs)
}

export default function AdminPartner() {
  return <PartnerView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
