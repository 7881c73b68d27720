import type { AppContext } from '~/context'
import { policyFor, responseTypesOf } from '~/domain/policy/client-policy'
import { isKept } from '~/domain/rate-limits/is-kept'
import { newId } from '~/platform/ids'
import type { Client } from '~db/queries/clients'
import { insertRefusal } from '~db/queries/refusals'
import { needsPkce } from './pkce'

/** What of a request is kept: nothing that is a secret, or stands for one. */
const KEPT_PARAMETERS = [
  'audience',
  'client_assertion_type',
  'code_challenge_method',
  'connection',
  'grant_type',
  'max_age',
  'prompt',
  'realm',
  'redirect_uri',
  'resource',
  'response_mode',
  'response_type',
  'scope',
]

type Refused = {
  endpoint: string
  error: string
  description: string
  /** What the answer does not tell. */
  detail?: string
  sent: ReadonlyMap<string, string>
}

/**
 * Keeps for the makers of an app what of its request was compared with what, in a refusal that they could not understand
 * otherwise. Of many at a time only some are kept.
 * @returns the address of the portal's page on it; `undefined` where none was kept
 */
export async function keepRefusal(ctx: AppContext, client: Client, refused: Refused): Promise<string | undefined> {
  if (client.source !== 'portal') return undefined
  if (!(await isKept(ctx, 'refusal', client.clientId))) return undefined
  const id = newId('ref', 10)
  const { endpoint, error, description, detail = null, sent } = refused
  const kept = [...sent].filter(([name]) => KEPT_PARAMETERS.includes(name))
  const registered = whatIsRegistered(client, await needsPkce(ctx, client))
  await ctx.db.run(
    insertRefusal({
      id,
      clientId: client.clientId,
      at: ctx.clock.now(),
      endpoint,
      error,
      description,
      detail,
      sent: Object.fromEntries(kept.map(([name, value]) => [name, value.slice(0, 1000)])),
      registered,
    }),
  )
  return `${ctx.config.issuer}portal/apps/${client.clientId}/refusals/${id}`
}

/** As it was at that moment: it may be mended by the time that somebody looks. */
function whatIsRegistered(client: Client, isPkceRequired: boolean): Record<string, string[]> {
  const policy = policyFor(client)
  return {
    redirect_uri: client.callbacks,
    grant_type: client.grantTypes.filter((grant) => policy.grantTypes.has(grant)),
    response_type: responseTypesOf(client),
    code_challenge_method: [isPkceRequired ? 'S256, in each request with a code' : 'S256'],
    scope: (client.scopeRequests ?? []).map(({ scope }) => scope),
    authentication: [client.tokenEndpointAuthMethod ?? 'client_secret_basic or client_secret_post'],
    state: [
      ...(client.suspendedAt === null ? [] : ['suspended']),
      client.availability === 'everyone' ? 'approved' : 'not approved: for the team and testers only',
    ],
  }
}
