import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { newAppActs } from '~/portal/app-acts'
import { carryOut } from '~/portal/carry-out'
import { enterPortalForm, enterPortalPage } from '~/portal/guard'
import { NewAppView } from '~/portal/new-app-view'
import { scopeGroups } from '~/portal/scope-groups'

export const meta: MetaFunction = () => [{ title: 'New app' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx } = await enterPortalPage(args)
  return { groups: await scopeGroups(ctx, []) }
}

export async function action(args: ActionFunctionArgs) {
  return carryOut(await enterPortalForm(args), newAppActs)
}

export default function NewApp() {
  return <NewAppView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
