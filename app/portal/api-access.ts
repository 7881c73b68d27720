import { parseWithZod } from '@conform-to/zod/v4'
import { redirect } from '@remix-run/node'
import type { AppContext } from '~/context'
import { createApiClient, deleteApiClient, rotateApiClientSecret } from '~/domain/partners/api-clients'
import { managementApiIdentifier } from '~/domain/resource-servers/management-api'
import { refusedForm } from '~/pages/form-answers'
import { requireFresh } from '~/pages/fresh'
import { listLiveClientSecretsOf } from '~db/queries/client-secrets'
import { listApiClientsOfPartner } from '~db/queries/partner-api-clients'
import type { Partner } from '~db/queries/partners'
import { apiClientForm, rotateForm } from './forms'
import type { PortalVisit } from './guard'

/** A secret that was just made, shown this once, with how its program asks for a token. */
export type MadeApiSecret = { name: string | null; clientId: string; secret: string; oldWorksUntil: number | null }

export type ApiClientRow = { clientId: string; name: string; createdAt: number; lastUsedAt: number | null }

/** The organization's own programs, and where they get tokens. */
export async function apiAccess(ctx: AppContext, { id }: Partner) {
  const programs = await listApiClientsOfPartner(ctx.db, { partnerId: id })
  const ids = programs.map(({ client }) => client.clientId)
  const secrets = await listLiveClientSecretsOf(ctx.db, ids, ctx.clock.now())
  const lastUse = (clientId: string) =>
    secrets.reduce((latest, row) => (row.clientId === clientId ? Math.max(latest, row.lastUsedAt ?? 0) : latest), 0)
  return {
    tokenEndpoint: `${ctx.config.issuer}oauth/token`,
    audience: managementApiIdentifier(ctx.config.issuer),
    programs: programs.map(
      ({ client: { clientId, name }, program }): ApiClientRow => ({
        clientId,
        name,
        createdAt: program.createdAt,
        lastUsedAt: lastUse(clientId) || null,
      }),
    ),
  }
}

/** Makes, rotates or deletes a program of the organization, as the button of the form says. */
export async function actOnApiClients(visit: PortalVisit & { form: FormData }) {
  const { ctx, form, partner } = visit
  requireFresh(visit, 'portal', '/portal/organization')
  const clientId = String(form.get('client_id') ?? '')
  switch (form.get('intent')) {
    case 'create-api-client': {
      const parsed = parseWithZod(form, { schema: apiClientForm })
      if (parsed.status !== 'success') return refusedForm(parsed)
      const { client, secret } = await createApiClient(ctx, partner, parsed.value.name)
      return { made: { name: client.name, clientId: client.clientId, secret, oldWorksUntil: null } }
    }
    case 'rotate-api-client': {
      const parsed = parseWithZod(form, { schema: rotateForm })
      if (parsed.status !== 'success') return refusedForm(parsed)
      const hours = parsed.value.overlap_hours
      const { secret, oldWorksUntil } = await rotateApiClientSecret(ctx, partner, clientId, hours)
      return { made: { name: null, clientId, secret, oldWorksUntil: hours === 0 ? null : oldWorksUntil } }
    }
    default:
      await deleteApiClient(ctx, partner, clientId)
      return redirect('/portal/organization?notice=api-client-deleted')
  }
}
