import { parseWithZod } from '@conform-to/zod/v4'
import { type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { listAskableApis } from '~/domain/apps/askable-scopes'
import { currentManifest, editApp } from '~/domain/apps/edit-app'
import { refusal, refusedForm } from '~/pages/form-answers'
import { actOnApp } from '~/portal/app-acts'
import { scopesPage } from '~/portal/app-pages'
import { scopesForm } from '~/portal/forms'
import { enterPortalForm, enterPortalPage, requireOwnApp } from '~/portal/guard'
import { noticeOf } from '~/portal/notices'
import { ScopesView } from '~/portal/scopes-view'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data ? `Scopes of ${data.head.name}` : 'App' }]

export async function loader(args: LoaderFunctionArgs) {
  const visit = await enterPortalPage(args)
  const details = await requireOwnApp(visit, args.params.clientId)
  return { ...(await scopesPage(visit.ctx, details)), notice: noticeOf(new URL(args.request.url).searchParams) }
}

export async function action(args: ActionFunctionArgs) {
  const visit = await enterPortalForm(args)
  const details = await requireOwnApp(visit, args.params.clientId)
  const { ctx, form } = visit
  if (form.get('intent') !== 'save') return actOnApp(visit, details)
  const parsed = parseWithZod(form, { schema: scopesForm(await listAskableApis(ctx)) })
  if (parsed.status !== 'success') return refusedForm(parsed)
  try {
    const changed = await editApp(ctx, details, { ...currentManifest(details), scopeRequests: parsed.value.scopes })
    const notice = changed.length === 0 ? 'unchanged' : details.live ? 'proposed' : 'saved'
    return redirect(`/portal/apps/${details.client.clientId}/scopes?notice=${notice}`)
  } catch (error) {
    return refusal(error, form)
  }
}

export default function AppScopes() {
  return <ScopesView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
