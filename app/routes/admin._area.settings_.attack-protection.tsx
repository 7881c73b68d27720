import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { attackProtectionActs, attackProtectionPage } from '~/admin/attack-protection'
import { AttackProtectionView } from '~/admin/attack-protection-view'
import { carryOut } from '~/admin/carry-out'
import { enterAdminForm, enterAdminPage } from '~/admin/guard'
import { noticeOf } from '~/admin/notices'

export const meta: MetaFunction = () => [{ title: 'Attack protection – Admin' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx } = await enterAdminPage(args)
  return { page: await attackProtectionPage(ctx), notice: noticeOf(new URL(args.request.url).searchParams) }
}

export async function action(args: ActionFunctionArgs) {
  return carryOut(await enterAdminForm(args), attackProtectionActs)
}

export default function AttackProtection() {
  return <AttackProtectionView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
