import { parseWithZod } from '@conform-to/zod/v4'
import { redirect } from '@remix-run/node'
import { listAskableApis } from '~/domain/apps/askable-scopes'
import { createApp } from '~/domain/apps/create-app'
import { deleteApp, requireTypedName } from '~/domain/apps/delete-app'
import { currentManifest, editApp } from '~/domain/apps/edit-app'
import { newManifest } from '~/domain/apps/manifest'
import { rotateAppSecret } from '~/domain/apps/rotate-app-secret'
import { submitVersion } from '~/domain/apps/submit-version'
import { addTester, removeTester } from '~/domain/apps/testers'
import { discardProposal, withdrawVersion } from '~/domain/apps/withdraw-version'
import { retireClientSecret } from '~/domain/clients/client-secrets'
import type { Acts } from '~/pages/acts'
import { refusedForm } from '~/pages/form-answers'
import type { AppDetails } from '~db/queries/apps'
import { appSettingsForm, newAppForm, rotateForm, scopesForm, submitForm, testerForm } from './forms'
import type { PortalForm } from './guard'

/** A form of a page of an app. */
type AppForm = PortalForm & { details: AppDetails }

/** What was made by an act and is shown this once. */
export type NewSecret = { clientId: string; secret: string; oldWorksUntil: number | null }

export const newAppActs = { send: { by: 'everybody', fresh: false, run: create } } satisfies Acts<PortalForm>

export const reviewActs = {
  submit: { by: 'everybody', fresh: false, run: submit },
  withdraw: { by: 'everybody', fresh: false, run: withdraw },
} satisfies Acts<AppForm>

export const credentialsActs = {
  'rotate-secret': { by: 'everybody', fresh: true, run: rotateSecret },
  'retire-secret': { by: 'everybody', fresh: true, run: retireSecret },
} satisfies Acts<AppForm>

/** The app's own address is what programs know: it has the acts of a review and of secrets, and shows what they make. */
export const overviewActs = { ...reviewActs, ...credentialsActs }

export const settingsActs = {
  save: { by: 'everybody', fresh: false, run: saveSettings },
  discard: { by: 'everybody', fresh: false, run: discard },
  delete: { by: 'everybody', fresh: true, run: remove },
} satisfies Acts<AppForm>

export const scopesActs = { save: { by: 'everybody', fresh: false, run: saveScopes } } satisfies Acts<AppForm>

export const testersActs = {
  'add-tester': { by: 'everybody', fresh: false, run: nameTester },
  'remove-tester': { by: 'everybody', fresh: false, run: dropTester },
} satisfies Acts<AppForm>

const back = ({ details }: AppForm, path: string, notice: string) =>
  redirect(`/portal/apps/${details.client.clientId}${path}?notice=${notice}`)

async function create({ ctx, partner, form }: PortalForm) {
  const parsed = parseWithZod(form, { schema: newAppForm(form, await listAskableApis(ctx)) })
  if (parsed.status !== 'success') return refusedForm(parsed)
  const { app_type, scopes, ...fields } = parsed.value
  const manifest = newManifest({ ...fields, scopeRequests: scopes })
  const { client, secret } = await createApp(ctx, partner, { appType: app_type, manifest })
  return { made: { clientId: client.clientId, name: client.name, appType: app_type, secret: secret ?? null } }
}

async function submit(visit: AppForm) {
  const parsed = parseWithZod(visit.form, { schema: submitForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  await submitVersion(visit.ctx, visit.details, parsed.value.message)
  return back(visit, '/review', 'submitted')
}

async function withdraw(visit: AppForm) {
  await withdrawVersion(visit.ctx, visit.details)
  return back(visit, '/review', 'withdrawn')
}

async function rotateSecret({ ctx, form, details }: AppForm) {
  const parsed = parseWithZod(form, { schema: rotateForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  const { overlap_hours: overlapHours, newest_secret: seen } = parsed.value
  const { secret, oldWorksUntil } = await rotateAppSecret(ctx, details, { overlapHours, seen })
  const made: NewSecret = {
    clientId: details.client.clientId,
    secret,
    oldWorksUntil: overlapHours === 0 ? null : oldWorksUntil,
  }
  return { made }
}

async function retireSecret(visit: AppForm) {
  const { ctx, form, details } = visit
  await retireClientSecret(ctx, details.client, String(form.get('secret_id') ?? ''), details.app.partnerId)
  return back(visit, '/credentials', 'retired')
}

async function saveSettings(visit: AppForm) {
  const { ctx, form, details } = visit
  const parsed = parseWithZod(form, { schema: appSettingsForm(details.client.appType) })
  if (parsed.status !== 'success') return refusedForm(parsed)
  const { scopeRequests } = currentManifest(details)
  const changed = await editApp(ctx, details, { ...parsed.value, scopeRequests })
  return back(visit, '/settings', noticeOfEdit(visit, changed))
}

async function discard(visit: AppForm) {
  await discardProposal(visit.ctx, visit.details)
  return back(visit, '/settings', 'discarded')
}

async function remove({ ctx, form, details }: AppForm) {
  requireTypedName(details, String(form.get('confirm_name') ?? ''))
  await deleteApp(ctx, details, 'partner')
  return redirect('/portal/apps?notice=deleted')
}

async function saveScopes(visit: AppForm) {
  const { ctx, form, details } = visit
  const parsed = parseWithZod(form, { schema: scopesForm(await listAskableApis(ctx)) })
  if (parsed.status !== 'success') return refusedForm(parsed)
  const changed = await editApp(ctx, details, { ...currentManifest(details), scopeRequests: parsed.value.scopes })
  return back(visit, '/scopes', noticeOfEdit(visit, changed))
}

const noticeOfEdit = ({ details }: AppForm, changed: unknown[]) =>
  changed.length === 0 ? 'unchanged' : details.live ? 'proposed' : 'saved'

async function nameTester(visit: AppForm) {
  const parsed = parseWithZod(visit.form, { schema: testerForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  await addTester(visit.ctx, visit.details, parsed.value.email)
  return back(visit, '/testers', 'tester-added')
}

async function dropTester(visit: AppForm) {
  await removeTester(visit.ctx, visit.details, String(visit.form.get('email') ?? ''))
  return back(visit, '/testers', 'tester-removed')
}
