import { z } from 'zod'
import type { AppContext } from '~/context'
import { createClientGrant, deleteClientGrant, updateClientGrant } from '~/domain/clients/client-grants'
import { standingScopeOfClientGrant } from '~/domain/grants/client-access'
import {
  type ClientGrant,
  countClientGrants,
  findClientGrantById,
  listClientGrantSlice,
} from '~db/queries/client-grants'
import { listScopesByAudience } from '~db/queries/resource-servers'
import { endpoint } from './endpoint'
import { ManagementError } from './errors'
import { listEndpoint } from './pagination'

const tag = 'Client grants'
const params = z.object({ id: z.string() })
const subjectType = z.enum(['client', 'user'])
const scope = z.array(z.string().max(280)).max(1000)

const clientGrant = z.object({
  id: z.string(),
  client_id: z.string(),
  audience: z.string(),
  scope: z.array(z.string()),
  subject_type: subjectType,
})

/** Each with what is left of it today, so that what was read can be written back. */
async function serialize({ db }: AppContext, rows: ClientGrant[]): Promise<z.input<typeof clientGrant>[]> {
  const scopesOf = await listScopesByAudience(db, [...new Set(rows.map(({ audience }) => audience))])
  return rows.map((grant) => ({
    id: grant.id,
    client_id: grant.clientId,
    audience: grant.audience,
    scope: standingScopeOfClientGrant(grant, scopesOf.get(grant.audience) ?? []),
    subject_type: grant.subjectType,
  }))
}

async function serializeOne(ctx: AppContext, grant: ClientGrant): Promise<z.input<typeof clientGrant>> {
  const [answer] = await serialize(ctx, [grant])
  if (!answer) throw inexistent()
  return answer
}

export const clientGrantEndpoints = [
  listEndpoint({
    path: '/api/v2/client-grants',
    summary: 'Get client grants',
    tag,
    scopes: ['read:client_grants'],
    key: 'client_grants',
    filters: {
      client_id: z.string().optional(),
      audience: z.string().optional(),
      subject_type: subjectType.optional(),
    },
    item: clientGrant,
    list: ({ db }, slice, { query }) => listClientGrantSlice(db, query, slice),
    count: ({ db }, { query }) => countClientGrants(db, query),
    positionOf: ({ createdAt, id }) => [createdAt, id],
    serialize,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/client-grants',
    summary: 'Create a client grant',
    tag,
    scopes: ['create:client_grants'],
    body: z.strictObject({
      client_id: z.string().max(2000),
      audience: z.string().max(600),
      scope,
      subject_type: subjectType.optional(),
    }),
    answer: clientGrant,
    status: 201,
    async run(ctx, { body }) {
      const grant = await createClientGrant(ctx, {
        clientId: body.client_id,
        audience: body.audience,
        scope: [...new Set(body.scope)],
        subjectType: body.subject_type ?? 'client',
      })
      return serializeOne(ctx, grant)
    },
  }),
  endpoint({
    method: 'GET',
    path: '/api/v2/client-grants/{id}',
    summary: 'Get a client grant',
    tag,
    scopes: ['read:client_grants'],
    params,
    answer: clientGrant,
    async run(ctx, { params: { id } }) {
      const grant = await findClientGrantById(ctx.db, id)
      if (!grant) throw inexistent()
      return serializeOne(ctx, grant)
    },
  }),
  endpoint({
    method: 'PATCH',
    path: '/api/v2/client-grants/{id}',
    summary: 'Update a client grant',
    tag,
    scopes: ['update:client_grants'],
    params,
    body: z.strictObject({ scope: scope.optional() }),
    answer: clientGrant,
    async run(ctx, { params: { id }, body }) {
      const grant = await findClientGrantById(ctx.db, id)
      if (!grant) throw inexistent()
      if (body.scope === undefined) return serializeOne(ctx, grant)
      return serializeOne(ctx, await updateClientGrant(ctx, grant, [...new Set(body.scope)]))
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v2/client-grants/{id}',
    summary: 'Delete a client grant',
    tag,
    scopes: ['delete:client_grants'],
    params,
    async run(ctx, { params: { id } }) {
      const grant = await findClientGrantById(ctx.db, id)
      if (grant) await deleteClientGrant(ctx, grant)
    },
  }),
]

const inexistent = () => new ManagementError(404, 'inexistent_client_grant', 'The grant does not exist.')
