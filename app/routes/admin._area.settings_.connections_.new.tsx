import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { createFromPage, newConnectionPage } from '~/admin/connections'
import { enterAdminPage, enterOwnerForm } from '~/admin/guard'
import { NewConnectionView } from '~/admin/new-connection-view'

export const meta: MetaFunction = () => [{ title: 'New connection – Admin' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx } = await enterAdminPage(args)
  return { page: newConnectionPage(ctx, new URL(args.request.url).searchParams) }
}

export async function action(args: ActionFunctionArgs) {
  return createFromPage(await enterOwnerForm(args), new URL(args.request.url).searchParams)
}

export default function NewConnection() {
  return <NewConnectionView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
