import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { carryOut } from '~/admin/carry-out'
import { enterAdminForm, enterAdminPage } from '~/admin/guard'
import { keyActs, keysPage } from '~/admin/keys'
import { KeysView } from '~/admin/keys-view'
import { noticeOf } from '~/admin/notices'

export const meta: MetaFunction = () => [{ title: 'Signing keys – Admin' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx } = await enterAdminPage(args)
  return { page: await keysPage(ctx), notice: noticeOf(new URL(args.request.url).searchParams) }
}

export async function action(args: ActionFunctionArgs) {
  return carryOut(await enterAdminForm(args), keyActs)
}

export default function Keys() {
  return <KeysView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
