/** An extension: moderation of the clients of third parties, whoever made them. */
import { z } from 'zod'
import type { AppContext } from '~/context'
import { APP_STATES, appStateOf, STATE_FILTER_NAMES, STATE_FILTERS, type StateFilter } from '~/domain/apps/app-state'
import { approveRegistration } from '~/domain/moderation/approve-registration'
import { reinstateApp } from '~/domain/moderation/reinstate-app'
import { optionalMessage, suspensionReason } from '~/domain/moderation/review-fields'
import { setClientRules } from '~/domain/moderation/set-client-rules'
import { suspendApp } from '~/domain/moderation/suspend-app'
import {
  countThirdPartyClients,
  countUseOfClient,
  listThirdPartyClients,
  type ThirdPartyClient,
  type ThirdPartySearch,
} from '~db/queries/third-party-clients'
import { pkceOf, requiresPkce } from './client-schema'
import { endpoint } from './endpoint'
import { ManagementError } from './errors'
import { fieldsQuery, isoTime, pickFields, withoutUnset } from './fields'
import { listEndpoint } from './pagination'

const tag = 'Third-party clients'
const readScopes = ['read:third_party_clients']
const updateScopes = ['update:third_party_clients']
const params = z.object({ client_id: z.string() })
const mode = z.enum(['permissive', 'strict'])

/** Who made a client, as the wire names it; programs of partners are not among these clients. */
const MADE_BY = {
  portal: 'partner',
  tenant: 'tenant',
  registration: 'registration',
  'metadata-document': 'metadata_document',
} as const

const item = z.object({
  client_id: z.string(),
  name: z.string(),
  made_by: z.enum(MADE_BY),
  partner_id: z.string().optional(),
  state: z.enum(APP_STATES).describe('One that registered itself and waits for the tenant is in_review.'),
  third_party_security_mode: mode.optional(),
  require_pkce: z.boolean().optional().describe('Left out: as the tenant says, or as its kind asks for.'),
  reviewed_at: z.string().optional(),
  suspended_at: z.string().optional(),
  created_at: z.string(),
  updated_at: z.string(),
})

const whole = item.extend({
  users_with_consent: z.int(),
  live_authorizations: z.int().describe('Whose refresh tokens still work.'),
})

const timeOf = (at: number | null) => (at === null ? undefined : isoTime(at))

function serialize({ client, partner, proposed }: ThirdPartyClient): z.input<typeof item> {
  return withoutUnset({
    client_id: client.clientId,
    name: client.name,
    made_by: MADE_BY[client.source as keyof typeof MADE_BY],
    partner_id: partner?.id,
    state: appStateOf({ client, proposed }),
    third_party_security_mode: client.thirdPartySecurityMode,
    require_pkce: requiresPkce(client),
    reviewed_at: timeOf(client.reviewedAt),
    suspended_at: timeOf(client.suspendedAt),
    created_at: isoTime(client.createdAt),
    updated_at: isoTime(client.updatedAt),
  })
}

const searchOf = (state: StateFilter | undefined, search: string | undefined): ThirdPartySearch => ({
  states: state && STATE_FILTERS[state],
  search,
})

/** @throws ManagementError 404, also for a client of the tenant itself */
async function answerOf(ctx: AppContext, clientId: string): Promise<z.input<typeof whole>> {
  const [found] = await listThirdPartyClients(ctx.db, { clientId }, { skip: 0, limit: 1 })
  if (!found) throw new ManagementError(404, 'inexistent_client', 'There is no such client of a third party.')
  const use = await countUseOfClient(ctx.db, clientId, ctx.clock.now())
  return {
    ...serialize(found),
    users_with_consent: use.usersWithConsent,
    live_authorizations: use.liveTokenFamilies,
  }
}

export const thirdPartyClientEndpoints = [
  listEndpoint({
    path: '/api/v2/third-party-clients',
    summary: 'Get the clients of third parties, the newest first',
    tag,
    scopes: readScopes,
    key: 'third_party_clients',
    filters: {
      state: z
        .enum(STATE_FILTER_NAMES)
        .optional()
        .describe(
          'live and in_review: also with a change in review; in_development: also what was sent back or rejected.',
        ),
      q: z.string().max(100).optional().describe('How a word of the name begins, or the client id.'),
    },
    item,
    list: ({ db }, slice, { query: { state, q } }) => listThirdPartyClients(db, searchOf(state, q), slice),
    count: ({ db }, { query: { state, q } }) => countThirdPartyClients(db, searchOf(state, q)),
    positionOf: ({ client }) => [client.createdAt, client.clientId],
    serialize: (_ctx, rows) => rows.map(serialize),
  }),
  endpoint({
    method: 'GET',
    path: '/api/v2/third-party-clients/{client_id}',
    summary: 'Get a client of a third party, and whom a suspension would touch',
    tag,
    scopes: readScopes,
    params,
    query: z.object(fieldsQuery),
    answer: whole.partial(),
    run: async (ctx, { params: { client_id }, query }) => pickFields(await answerOf(ctx, client_id), query),
  }),
  endpoint({
    method: 'PATCH',
    path: '/api/v2/third-party-clients/{client_id}',
    summary: 'Choose the profile of rules for a client of a third party, and whether it needs PKCE',
    tag,
    scopes: updateScopes,
    params,
    body: z
      .strictObject({
        third_party_security_mode: mode,
        require_pkce: z.boolean().nullable().describe('null: as the tenant says.'),
      })
      .partial(),
    answer: whole,
    async run(ctx, { params: { client_id }, body }) {
      await answerOf(ctx, client_id)
      await setClientRules(ctx, client_id, {
        ...(body.third_party_security_mode && { thirdPartySecurityMode: body.third_party_security_mode }),
        ...(body.require_pkce !== undefined && { pkce: pkceOf(body.require_pkce) }),
      })
      return answerOf(ctx, client_id)
    },
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/third-party-clients/{client_id}/approve',
    summary: 'Approve a client that registered itself, or is described by its own document',
    tag,
    scopes: updateScopes,
    params,
    body: z.strictObject({
      updated_at: z.iso
        .datetime({ offset: true })
        .describe('As it stood in what was read: what changed since is not approved unseen.'),
    }),
    answer: whole,
    async run(ctx, { params: { client_id }, body }) {
      await answerOf(ctx, client_id)
      await approveRegistration(ctx, client_id, Date.parse(body.updated_at))
      return answerOf(ctx, client_id)
    },
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/third-party-clients/{client_id}/suspend',
    summary: 'Suspend a client of a third party: it gets nothing any more',
    tag,
    scopes: updateScopes,
    params,
    body: z.strictObject({ reason: suspensionReason }),
    answer: whole,
    async run(ctx, { params: { client_id }, body }) {
      await answerOf(ctx, client_id)
      await suspendApp(ctx, client_id, body.reason)
      return answerOf(ctx, client_id)
    },
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/third-party-clients/{client_id}/reinstate',
    summary: 'Lift the suspension of a client of a third party',
    tag,
    scopes: updateScopes,
    params,
    body: z.strictObject({ message: optionalMessage }),
    answer: whole,
    async run(ctx, { params: { client_id }, body }) {
      await answerOf(ctx, client_id)
      await reinstateApp(ctx, client_id, body.message)
      return answerOf(ctx, client_id)
    },
  }),
]
