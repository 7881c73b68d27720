import { z } from 'zod'
import type { AppContext } from '~/context'
import { revokeGrant, revokeGrantsOfUser } from '~/domain/grants/revoke-grants'
import { findTargets } from '~/domain/grants/scopes'
import { standingScopeOf } from '~/domain/grants/standing-access'
import { listIdentitiesOfUser } from '~db/queries/account-identities'
import { countGrants, findGrantById, type Grant, listGrantSlice } from '~db/queries/grants'
import { endpoint } from './endpoint'
import { listEndpoint } from './pagination'

const tag = 'Grants'

const grant = z.object({
  id: z.string(),
  clientID: z.string(),
  user_id: z.string(),
  audience: z.string().describe('The API; `…/userinfo` where it is about the profile alone.'),
  scope: z.array(z.string()),
})

const filters = {
  user_id: z.string().optional(),
  client_id: z.string().optional(),
  audience: z.string().optional(),
}

/** Each with what is left of it today. */
async function serialize(ctx: AppContext, rows: Grant[]): Promise<z.input<typeof grant>[]> {
  const targets = await findTargets(ctx, rows)
  return rows.map((row) => {
    const target = targets.get(row.audience)
    const scope = target ? standingScopeOf(row, target) : []
    return { id: row.id, clientID: row.clientId, user_id: row.userId, audience: row.audience, scope }
  })
}

const filterOf = (query: z.output<z.ZodObject<typeof filters>>) => ({
  userId: query.user_id,
  clientId: query.client_id,
  audience: query.audience,
})

export const grantEndpoints = [
  listEndpoint({
    path: '/api/v2/grants',
    summary: 'Get grants',
    tag,
    scopes: ['read:grants'],
    key: 'grants',
    filters,
    item: grant,
    list: ({ db }, slice, { query }) => listGrantSlice(db, filterOf(query), slice),
    count: ({ db }, { query }) => countGrants(db, filterOf(query)),
    positionOf: ({ id }) => [id],
    serialize,
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v2/grants/{id}',
    summary: 'Delete a grant',
    tag,
    scopes: ['delete:grants'],
    params: z.object({ id: z.string() }),
    async run(ctx, { params: { id } }) {
      const found = await findGrantById(ctx.db, id)
      if (found) await revokeGrant(ctx, found)
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v2/grants',
    summary: 'Delete all grants of a user',
    tag,
    scopes: ['delete:grants'],
    query: z.object({ user_id: z.string() }),
    async run(ctx, { query }) {
      const [found] = await listIdentitiesOfUser(ctx.db, query.user_id)
      if (found) await revokeGrantsOfUser(ctx, found.user)
    },
  }),
]
