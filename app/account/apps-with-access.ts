import type { AppContext } from '~/context'
import { findTarget, OPENID_SCOPES, scopesWithinRegistration } from '~/domain/grants/scopes'
import { standingScopeOf } from '~/domain/grants/standing-access'
import { findPartnerOfClient } from '~db/queries/apps'
import type { Client } from '~db/queries/clients'
import { type Grant, listGrantsOfUser } from '~db/queries/grants'
import { listLastUses } from '~db/queries/tokens'
import { webLink } from './web-link'

export type AllowedScope = { value: string; description: string; sensitivity?: 'basic' | 'sensitive' | 'restricted' }

/** An app that a person has let in, in the words that they read. */
export type AppWithAccess = {
  clientId: string
  name: string
  description: string | null
  organization: string | null
  homepageUri: string | undefined
  privacyPolicyUri: string | undefined
  isSuspended: boolean
  since: number
  lastUsed: number | null
  /** What it may do: with the profile, and with each API. */
  allowed: { api: string; scopes: AllowedScope[] }[]
}

type Reader = Pick<AppContext, 'db' | 'config'>

/** The apps that a person has let in, the newest first. */
export async function listAppsWithAccess(ctx: Reader, userId: string): Promise<AppWithAccess[]> {
  const rows = await listGrantsOfUser(ctx.db, userId)
  const lastUses = new Map(
    (await listLastUses(ctx.db, userId)).map(({ clientId, lastUsedAt }) => [clientId, lastUsedAt]),
  )
  const clients = new Map(rows.map(({ client }) => [client.clientId, client]))
  return Promise.all(
    [...clients.values()].map((client) => {
      const grants = rows.map(({ grant }) => grant).filter(({ clientId }) => clientId === client.clientId)
      return describeApp(ctx, client, grants, lastUses.get(client.clientId))
    }),
  )
}

/** One of these apps; an app that has nothing of this person is not found. */
export async function findAppWithAccess(
  ctx: Reader,
  userId: string,
  clientId: string | undefined,
): Promise<AppWithAccess | undefined> {
  return (await listAppsWithAccess(ctx, userId)).find((app) => app.clientId === clientId)
}

async function describeApp(
  ctx: Reader,
  client: Client,
  grants: Grant[],
  lastToken: number | undefined,
): Promise<AppWithAccess> {
  const partner = await findPartnerOfClient(ctx.db, client.clientId)
  const uses = [lastToken, ...grants.map(({ lastUsedAt }) => lastUsedAt)].filter((at) => typeof at === 'number')
  return {
    clientId: client.clientId,
    name: client.name,
    description: client.description,
    organization: partner?.name ?? null,
    homepageUri: webLink(client.homepageUri),
    privacyPolicyUri: webLink(client.privacyPolicyUri),
    isSuspended: client.suspendedAt !== null,
    since: Math.min(...grants.map(({ createdAt }) => createdAt)),
    lastUsed: uses.length > 0 ? Math.max(...uses) : null,
    allowed: await describeGrants(ctx, client, grants),
  }
}

const PROFILE = 'Sign-in and profile'

/** What the app may do today: nothing of an API that is gone, and no scope that the API or the app has lost. */
async function describeGrants(ctx: Reader, client: Client, grants: Grant[]): Promise<AppWithAccess['allowed']> {
  const groups = new Map<string, Map<string, AllowedScope>>()
  for (const grant of grants) {
    const target = await findTarget(ctx, grant.audience)
    if (!target) continue
    for (const value of scopesWithinRegistration(client, target, standingScopeOf(grant, target))) {
      const ofProfile = OPENID_SCOPES.get(value)
      const ofApi = target.apiScopes.find((item) => item.value === value)
      const api = ofApi ? (target.api?.name ?? target.audience) : PROFILE
      const described = {
        value,
        description: ofApi?.description ?? ofProfile ?? value,
        sensitivity: ofApi?.sensitivity,
      }
      groups.set(api, (groups.get(api) ?? new Map()).set(value, described))
    }
  }
  const allowed = [...groups].map(([api, scopes]) => ({ api, scopes: [...scopes.values()] }))
  return allowed.sort((a, b) => Number(b.api === PROFILE) - Number(a.api === PROFILE))
}
