import type { AppContext } from '~/context'
import { countGrantsOfAudience } from '~db/queries/grants'
import {
  countScopesByResourceServer,
  findResourceServerById,
  listResourceServers,
  listScopes,
} from '~db/queries/resource-servers'
import { requireFound } from './require-found'

export async function apiListPage(ctx: AppContext) {
  const [apis, counts] = await Promise.all([listResourceServers(ctx.db, {}), countScopesByResourceServer(ctx.db)])
  return {
    apis: apis.map(({ id, name, identifier, openToPartners, isSystem }) => ({
      id,
      name,
      identifier,
      openToPartners,
      isSystem,
      scopes: counts.get(id) ?? 0,
    })),
  }
}

/** @throws a 404 `Response` */
export const requireApi = async (ctx: Pick<AppContext, 'db'>, id: string) =>
  requireFound(await findResourceServerById(ctx.db, id), 'API')

/** @throws a 404 `Response` */
export async function apiPage(ctx: AppContext, id: string) {
  const api = await requireApi(ctx, id)
  const [scopes, grants] = await Promise.all([
    listScopes(ctx.db, { resourceServerId: id }),
    countGrantsOfAudience(ctx.db, api.identifier),
  ])
  return {
    api: {
      id,
      name: api.name,
      identifier: api.identifier,
      description: api.description ?? '',
      signingAlg: api.signingAlg,
      tokenLifetime: api.tokenLifetime,
      allowOfflineAccess: api.allowOfflineAccess,
      skipConsentForFirstParty: api.skipConsentForVerifiableFirstPartyClients,
      openToPartners: api.openToPartners,
      isSystem: api.isSystem,
    },
    scopes: scopes.map(({ value, description, sensitivity }) => ({ value, description, sensitivity })),
    grants,
  }
}
