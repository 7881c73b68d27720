import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { profileActs } from '~/account/account-acts'
import { profilePage } from '~/account/account-pages'
import { carryOut } from '~/account/carry-out'
import { enterAccountForm, enterAccountPage } from '~/account/guard'
import { noticeOf } from '~/account/notices'
import { ProfileView } from '~/account/profile-view'

export { actionHeaders as headers } from '~/pages/form-answers'

export const meta: MetaFunction = () => [{ title: 'Your profile' }]

export async function loader(args: LoaderFunctionArgs) {
  return { profile: await profilePage(await enterAccountPage(args)), notice: noticeOf(args.request) }
}

export async function action(args: ActionFunctionArgs) {
  return carryOut(await enterAccountForm(args), profileActs)
}

export default function Profile() {
  return <ProfileView {...useLoaderData<typeof loader>()} refusal={useActionData<typeof action>()?.refusal} />
}
