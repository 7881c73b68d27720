import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { carryOut } from '~/admin/carry-out'
import { newConnectionActs, newConnectionPage } from '~/admin/connections'
import { enterAdminForm, enterAdminPage } from '~/admin/guard'
import { NewConnectionView } from '~/admin/new-connection-view'

export const meta: MetaFunction = () => [{ title: 'New connection – Admin' }]

export async function loader(args: LoaderFunctionArgs) {
  await enterAdminPage(args)
  return { page: newConnectionPage(new URL(args.request.url).searchParams) }
}

export async function action(args: ActionFunctionArgs) {
  const visit = await enterAdminForm(args)
  return carryOut({ ...visit, search: new URL(args.request.url).searchParams }, newConnectionActs)
}

export default function NewConnection() {
  return <NewConnectionView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
