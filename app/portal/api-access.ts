import { parseWithZod } from '@conform-to/zod/v4'
import { redirect } from '@remix-run/node'
import type { AppContext } from '~/context'
import { createApiClient, deleteApiClient, rotateApiClientSecret } from '~/domain/partners/api-clients'
import { managementApiIdentifier } from '~/domain/resource-servers/management-api'
import type { Acts } from '~/pages/acts'
import { refusedForm } from '~/pages/form-answers'
import { listLiveClientSecretsOf } from '~db/queries/client-secrets'
import { listApiClientsOfPartner } from '~db/queries/partner-api-clients'
import type { Partner } from '~db/queries/partners'
import { apiClientForm, rotateForm } from './forms'
import type { PortalForm } from './guard'

/** A secret that was just made, shown this once, with how its program asks for a token. */
export type MadeApiSecret = { name: string | null; clientId: string; secret: string; oldWorksUntil: number | null }

export type ApiClientRow = {
  clientId: string
  name: string
  createdAt: number
  lastUsedAt: number | null
  newestSecret: string | undefined
}

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
        newestSecret: secrets.find((secret) => secret.clientId === clientId)?.id,
      }),
    ),
  }
}

export const apiClientActs = {
  'create-api-client': { by: 'owner', fresh: true, run: create },
  'rotate-api-client': { by: 'owner', fresh: true, run: rotate },
  'delete-api-client': { by: 'owner', fresh: true, run: remove },
} satisfies Acts<PortalForm>

async function create({ ctx, form, partner }: PortalForm) {
  const parsed = parseWithZod(form, { schema: apiClientForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  const { client, secret } = await createApiClient(ctx, partner, parsed.value.name)
  const made: MadeApiSecret = { name: client.name, clientId: client.clientId, secret, oldWorksUntil: null }
  return { made }
}

async function rotate({ ctx, form, partner }: PortalForm) {
  const parsed = parseWithZod(form, { schema: rotateForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  const { overlap_hours: overlapHours, newest_secret: seen } = parsed.value
  const clientId = String(form.get('client_id') ?? '')
  const { secret, oldWorksUntil } = await rotateApiClientSecret(ctx, partner, clientId, { overlapHours, seen })
  const made: MadeApiSecret = { name: null, clientId, secret, oldWorksUntil: overlapHours === 0 ? null : oldWorksUntil }
  return { made }
}

async function remove({ ctx, form, partner }: PortalForm) {
  await deleteApiClient(ctx, partner, String(form.get('client_id') ?? ''))
  return redirect('/portal/organization?notice=api-client-deleted')
}
