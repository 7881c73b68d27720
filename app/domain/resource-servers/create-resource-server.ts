import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { firstKeySteps } from '~/domain/keys/signing-keys'
import { DomainError } from '~/platform/errors'
import { newId } from '~/platform/ids'
import { also, must, type Step } from '~db/database'
import {
  insertResourceServer,
  type ResourceServer,
  type ResourceServerScope,
  upsertScope,
} from '~db/queries/resource-servers'

export type ScopeInput = Pick<ResourceServerScope, 'value' | 'description' | 'sensitivity'>

export type NewResourceServer = Pick<ResourceServer, 'name' | 'identifier'> &
  Partial<
    Pick<
      ResourceServer,
      | 'description'
      | 'signingAlg'
      | 'tokenLifetime'
      | 'tokenLifetimeForWeb'
      | 'allowOfflineAccess'
      | 'skipConsentForVerifiableFirstPartyClients'
      | 'openToPartners'
    >
  > & { scopes?: ScopeInput[] }

/** What tokens that a browser receives live at most, unless it is said: seconds. */
const WEB_LIFETIME = 7_200

/**
 * Makes an API whose access tokens apps can ask for.
 * @throws DomainError `conflict` at `identifier` when it is taken or is one of the program's own
 */
export async function createResourceServer(ctx: AppContext, given: NewResourceServer): Promise<ResourceServer> {
  const taken = () =>
    new DomainError('conflict', 'There is an API with this identifier. Choose another one.', { field: 'identifier' })
  // The audience under which consent to a profile is kept.
  if (given.identifier === `${ctx.config.issuer}userinfo`) throw taken()
  const now = ctx.clock.now()
  const tokenLifetime = given.tokenLifetime ?? 86_400
  const resourceServer: ResourceServer = {
    id: newId('api', 24),
    name: given.name,
    identifier: given.identifier,
    description: given.description || null,
    signingAlg: given.signingAlg ?? 'RS256',
    tokenLifetime,
    tokenLifetimeForWeb: given.tokenLifetimeForWeb ?? Math.min(tokenLifetime, WEB_LIFETIME),
    allowOfflineAccess: given.allowOfflineAccess ?? false,
    skipConsentForVerifiableFirstPartyClients: given.skipConsentForVerifiableFirstPartyClients ?? false,
    openToPartners: given.openToPartners ?? false,
    isSystem: false,
    createdAt: now,
    updatedAt: now,
  }
  const target = { type: 'resource-server', id: resourceServer.id, name: resourceServer.name } as const
  await ctx.db.atomically([
    must(insertResourceServer(resourceServer), taken),
    ...(await firstKeySteps(ctx, resourceServer.signingAlg)),
    ...scopeSteps(resourceServer.id, given.scopes ?? [], now),
    also(
      auditEvent(ctx, 'resource-server.created', target, {
        details: { identifier: given.identifier, scopes: given.scopes?.map(({ value }) => value) ?? [] },
      }),
    ),
  ])
  ctx.keyring.forget()
  return resourceServer
}

/** Stores scopes in the order in which they are given; those that the API has already are changed. */
export const scopeSteps = (resourceServerId: string, scopes: ScopeInput[], now: number): Step[] =>
  scopes.map(({ value, description, sensitivity }, position) =>
    also(upsertScope({ resourceServerId, value, description, sensitivity, position, createdAt: now })),
  )
