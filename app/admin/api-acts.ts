import { parseWithZod } from '@conform-to/zod/v4'
import { redirect } from '@remix-run/node'
import { createResourceServer } from '~/domain/resource-servers/create-resource-server'
import { deleteResourceServer } from '~/domain/resource-servers/delete-resource-server'
import { updateResourceServer } from '~/domain/resource-servers/update-resource-server'
import { refusal, refusedForm } from '~/pages/form-answers'
import { DomainError } from '~/platform/errors'
import { requireApi } from './api-pages'
import { apiForm, newApiForm } from './forms'
import type { AdminVisit } from './guard'

type Visit = Pick<AdminVisit, 'ctx'> & { form: FormData }

export async function createApi({ ctx, form }: Visit) {
  const parsed = parseWithZod(form, { schema: newApiForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  try {
    const { identifier, ...fields } = parsed.value
    const { id } = await createResourceServer(ctx, { identifier, ...columnsOf(fields) })
    return redirect(`/admin/apis/${id}?notice=api-created`)
  } catch (error) {
    return refusal(error, form)
  }
}

export async function actOnApi({ ctx, form }: Visit, id: string) {
  const api = await requireApi(ctx, id)
  try {
    if (form.get('intent') === 'delete') {
      if (String(form.get('confirm_name') ?? '').trim() !== api.name) {
        throw new DomainError('invalid', `Type the name of the API, ${api.name}, to delete it.`, {
          field: 'confirm_name',
        })
      }
      await deleteResourceServer(ctx, api)
      return redirect('/admin/apis?notice=api-deleted')
    }
    const parsed = parseWithZod(form, { schema: apiForm })
    if (parsed.status !== 'success') return refusedForm(parsed)
    await updateResourceServer(ctx, api, columnsOf(parsed.value))
    return redirect(`/admin/apis/${id}?notice=api-saved`)
  } catch (error) {
    return refusal(error, form)
  }
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
