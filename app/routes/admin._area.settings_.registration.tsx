import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { carryOut } from '~/admin/carry-out'
import { enterAdminForm, enterAdminPage } from '~/admin/guard'
import { noticeOf } from '~/admin/notices'
import { registrationActs, registrationPage } from '~/admin/registration'
import { RegistrationView } from '~/admin/registration-view'

export const meta: MetaFunction = () => [{ title: 'Apps that register themselves – Admin' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx } = await enterAdminPage(args)
  return { page: await registrationPage(ctx), notice: noticeOf(new URL(args.request.url).searchParams) }
}

export async function action(args: ActionFunctionArgs) {
  return carryOut(await enterAdminForm(args), registrationActs)
}

export default function Registration() {
  return <RegistrationView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
