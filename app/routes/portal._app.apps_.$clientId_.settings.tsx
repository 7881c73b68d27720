import { parseWithZod } from '@conform-to/zod/v4'
import { type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { currentManifest, editApp } from '~/domain/apps/edit-app'
import { refusal, refusedForm } from '~/pages/form-answers'
import { actOnApp } from '~/portal/app-acts'
import { settingsPage } from '~/portal/app-pages'
import { appSettingsForm } from '~/portal/forms'
import { enterPortalForm, enterPortalPage, requireOwnApp } from '~/portal/guard'
import { noticeOf } from '~/portal/notices'
import { SettingsView } from '~/portal/settings-view'

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `Settings of ${data.head.name}` : 'App' },
]

export async function loader(args: LoaderFunctionArgs) {
  const visit = await enterPortalPage(args)
  const details = await requireOwnApp(visit, args.params.clientId)
  return { ...settingsPage(details), notice: noticeOf(new URL(args.request.url).searchParams) }
}

export async function action(args: ActionFunctionArgs) {
  const visit = await enterPortalForm(args)
  const details = await requireOwnApp(visit, args.params.clientId)
  const { ctx, form } = visit
  if (form.get('intent') !== 'save') return actOnApp(visit, details)
  const parsed = parseWithZod(form, { schema: appSettingsForm(details.client.appType) })
  if (parsed.status !== 'success') return refusedForm(parsed)
  try {
    const { scopeRequests } = currentManifest(details)
    const changed = await editApp(ctx, details, { ...parsed.value, scopeRequests })
    const notice = changed.length === 0 ? 'unchanged' : details.live ? 'proposed' : 'saved'
    return redirect(`/portal/apps/${details.client.clientId}/settings?notice=${notice}`)
  } catch (error) {
    return refusal(error, form)
  }
}

export default function AppSettings() {
  return <SettingsView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
