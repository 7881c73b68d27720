import type { AppContext } from '~/context'
import { appStateOf } from '~/domain/apps/app-state'
import { hashSecret } from '~/platform/secrets'
import { type AppDetails, type AppVersion, listApps, listAppTesters, listReviewMessages } from '~db/queries/apps'
import { findResourceServer, listScopes } from '~db/queries/resource-servers'
import { listPartnerMembers } from '~db/queries/teams'

/** The parts of what is decided on, as people call them. */
const PARTS = {
  submission: 'what is submitted',
  organization: 'its organization',
  team: 'its team',
  testers: 'its testers',
  apis: 'what an API says of its scopes',
  conversation: 'the conversation',
  others: 'another app of its organization',
} as const

type Part = keyof typeof PARTS
const NAMES = Object.keys(PARTS) as Part[]

/**
 * What a decision on a submission is made on, in short: all that whoever decides is shown. They send it along, so that
 * nothing is decided that they did not read.
 */
export async function seenSubmission(
  ctx: Pick<AppContext, 'db'>,
  { client, partner, live }: AppDetails,
  version: AppVersion,
): Promise<string> {
  const { db } = ctx
  const [testers, members, messages, apps, apis] = await Promise.all([
    listAppTesters(db, client.clientId),
    listPartnerMembers(db, { partnerId: partner.id }),
    listReviewMessages(db, client.clientId),
    listApps(db, { partnerId: partner.id }, 50),
    apisOf(ctx, version),
  ])
  const others = apps.filter(({ app }) => app.clientId !== client.clientId)
  const shown: Record<Part, unknown> = {
    submission: [version.submittedAt, version.manifest, live?.id, client.appType, client.tokenEndpointAuthMethod],
    organization: [partner.name, partner.websiteUri, partner.suspendedAt, client.suspendedAt],
    team: members.map(({ user, member }) => [user.userId, user.name, user.email, user.emailVerified, member.role]),
    testers: testers.map(({ email }) => email),
    apis,
    conversation: messages.map(({ id }) => id),
    others: others.map((other) => [other.client.name, appStateOf(other)]),
  }
  return NAMES.map((name) => digestOf(shown[name])).join('.')
}

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

/** Whole: a partner chooses both texts, the one that is read and the one that is approved. */
const digestOf = (shown: unknown): string => hashSecret(JSON.stringify(shown) ?? '')

/** What is other than somebody has seen it, in words. */
export function otherThanSeen(seen: string, now: string): string[] {
  const [before, after] = [seen.split('.'), now.split('.')]
  return NAMES.filter((_, index) => before[index] !== after[index]).map((name) => PARTS[name])
}
