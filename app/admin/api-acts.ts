import { parseWithZod } from '@conform-to/zod/v4'
import { redirect } from '@remix-run/node'
import { createResourceServer } from '~/domain/resource-servers/create-resource-server'
import { deleteResourceServer } from '~/domain/resource-servers/delete-resource-server'
import { updateResourceServer } from '~/domain/resource-servers/update-resource-server'
import type { Acts } from '~/pages/acts'
import { refusedForm } from '~/pages/form-answers'
import { DomainError } from '~/platform/errors'
import type { ResourceServer } from '~db/queries/resource-servers'
import { apiForm, newApiForm } from './forms'
import type { AdminForm } from './guard'

export const newApiActs = { send: { by: 'owner', fresh: false, run: createApi } } satisfies Acts<AdminForm>

/** A form of the page of an API. */
type ApiForm = AdminForm & { api: ResourceServer }

export const apiActs = {
  save: { by: 'owner', fresh: false, run: saveApi },
  delete: { by: 'owner', fresh: true, run: deleteApi },
} satisfies Acts<ApiForm>

async function createApi({ ctx, form }: AdminForm) {
  const parsed = parseWithZod(form, { schema: newApiForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  const { identifier, ...fields } = parsed.value
  const { id } = await createResourceServer(ctx, { identifier, ...columnsOf(fields) })
  return redirect(`/admin/apis/${id}?notice=api-created`)
}

async function saveApi({ ctx, form, api }: ApiForm) {
  const parsed = parseWithZod(form, { schema: apiForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  await updateResourceServer(ctx, api, columnsOf(parsed.value))
  return redirect(`/admin/apis/${api.id}?notice=api-saved`)
}

async function deleteApi({ ctx, form, api }: ApiForm) {
  if (String(form.get('confirm_name') ?? '').trim() !== api.name) {
    throw new DomainError('invalid', `Type the name of the API, ${api.name}, to delete it.`, { field: 'confirm_name' })
  }
  await deleteResourceServer(ctx, api)
  return redirect('/admin/apis?notice=api-deleted')
}

type Fields = typeof apiForm._output

const columnsOf = ({ description, token_lifetime, signing_alg, ...fields }: Fields) => ({
  name: fields.name,
  description: description || null,
  tokenLifetime: token_lifetime,
  signingAlg: signing_alg,
  allowOfflineAccess: fields.allow_offline_access,
  skipConsentForVerifiableFirstPartyClients: fields.skip_consent_for_first_party,
  openToPartners: fields.open_to_partners,
  scopes: fields.scopes,
})
