import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData } from '@remix-run/react'
import { newApiActs } from '~/admin/api-acts'
import { carryOut } from '~/admin/carry-out'
import { enterAdminForm, enterAdminPage } from '~/admin/guard'
import { NewApiView } from '~/admin/new-api-view'

export const meta: MetaFunction = () => [{ title: 'New API – Admin' }]

export async function loader(args: LoaderFunctionArgs) {
  await enterAdminPage(args)
  return null
}

export async function action(args: ActionFunctionArgs) {
  return carryOut(await enterAdminForm(args), newApiActs)
}

export default function NewApi() {
  return <NewApiView answer={useActionData<typeof action>()} />
}
