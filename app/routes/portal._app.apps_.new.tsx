import { parseWithZod } from '@conform-to/zod/v4'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { listAskableApis } from '~/domain/apps/askable-scopes'
import { createApp } from '~/domain/apps/create-app'
import { newManifest } from '~/domain/apps/manifest'
import { refusal, refusedForm } from '~/pages/form-answers'
import { newAppForm } from '~/portal/forms'
import { enterPortalForm, enterPortalPage } from '~/portal/guard'
import { NewAppView } from '~/portal/new-app-view'
import { scopeGroups } from '~/portal/scope-groups'

export const meta: MetaFunction = () => [{ title: 'New app' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx } = await enterPortalPage(args)
  return { groups: await scopeGroups(ctx, []) }
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, partner, form } = await enterPortalForm(args)
  const parsed = parseWithZod(form, { schema: newAppForm(form, await listAskableApis(ctx)) })
  if (parsed.status !== 'success') return refusedForm(parsed)
  try {
    const { app_type, scopes, ...fields } = parsed.value
    const manifest = newManifest({ ...fields, scopeRequests: scopes })
    const { client, secret } = await createApp(ctx, partner, { appType: app_type, manifest })
    return { made: { clientId: client.clientId, name: client.name, appType: app_type, secret: secret ?? null } }
  } catch (error) {
    return refusal(error, form)
  }
}

export default function NewApp() {
  return <NewAppView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
