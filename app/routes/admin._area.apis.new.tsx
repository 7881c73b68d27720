import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData } from '@remix-run/react'
import { createApi } from '~/admin/api-acts'
import { enterAdminPage, enterOwnerForm } from '~/admin/guard'
import { NewApiView } from '~/admin/new-api-view'

export const meta: MetaFunction = () => [{ title: 'New API – Admin' }]

export async function loader(args: LoaderFunctionArgs) {
  await enterAdminPage(args)
  return null
}

export async function action(args: ActionFunctionArgs) {
  return createApi(await enterOwnerForm(args))
}

export default function NewApi() {
  return <NewApiView answer={useActionData<typeof action>()} />
}
