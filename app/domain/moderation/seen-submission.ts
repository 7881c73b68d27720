import type { AppContext } from '~/context'
import { appStateOf } from '~/domain/apps/app-state'
import { digestShown, type ShownParts } from '~/platform/shown'
import { type AppDetails, type AppVersion, listApps, listAppTesters, listReviewMessages } from '~db/queries/apps'
import { findResourceServer, listScopes } from '~db/queries/resource-servers'
import { listPartnerMembers } from '~db/queries/teams'

/** What a decision on a submission is made on: all that whoever decides is shown. */
export async function shownSubmission(
  ctx: Pick<AppContext, 'db'>,
  { client, partner, live }: AppDetails,
  version: AppVersion,
): Promise<ShownParts> {
  const { db } = ctx
  const [testers, members, messages, apps, apis] = await Promise.all([
    listAppTesters(db, client.clientId),
    listPartnerMembers(db, { partnerId: partner.id }),
    listReviewMessages(db, client.clientId),
    listApps(db, { partnerId: partner.id }, 50),
    apisOf(ctx, version),
  ])
  const others = apps.filter(({ app }) => app.clientId !== client.clientId)
  return {
    'what is submitted': [
      version.submittedAt,
      version.manifest,
      live?.id,
      client.appType,
      client.tokenEndpointAuthMethod,
    ],
    'its organization': [partner.name, partner.websiteUri, partner.suspendedAt, client.suspendedAt],
    'its team': members.map(({ user, member }) => [
      user.userId,
      user.name,
      user.email,
      user.emailVerified,
      member.role,
    ]),
    'its testers': testers.map(({ email }) => email),
    'what an API says of its scopes': apis,
    'the conversation': messages.map(({ id }) => id),
    'another app of its organization': others.map((other) => [other.client.name, appStateOf(other)]),
  }
}

/** The same in short: whoever decides sends it along, so that nothing is decided that they did not read. */
export const seenSubmission = async (...submission: Parameters<typeof shownSubmission>): Promise<string> =>
  digestShown(await shownSubmission(...submission))

async function apisOf({ db }: Pick<AppContext, 'db'>, { manifest: { scopeRequests } }: AppVersion): Promise<unknown[]> {
  const audiences = [...new Set(scopeRequests.map(({ audience }) => audience))].sort()
  return Promise.all(
    audiences.map(async (audience) => {
      const api = await findResourceServer(db, audience)
      const scopes = api ? await listScopes(db, { resourceServerId: api.id }) : []
      const asked = scopes.filter(({ value }) =>
        scopeRequests.some((one) => one.audience === audience && one.scope === value),
      )
      return [
        audience,
        api?.name,
        asked.map(({ value, description, sensitivity }) => [value, description, sensitivity]),
      ]
    }),
  )
}
