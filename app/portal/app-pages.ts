import type { AppContext } from '~/context'
import { type AppState, appStateOf } from '~/domain/apps/app-state'
import { appUsage } from '~/domain/apps/app-usage'
import { listAskableApis } from '~/domain/apps/askable-scopes'
import { checklistFor } from '~/domain/apps/checklist'
import { readConversation, shownConversation } from '~/domain/apps/conversation'
import { currentManifest } from '~/domain/apps/edit-app'
import { diffManifests, type ManifestChange } from '~/domain/apps/manifest-diff'
import { needsPkce } from '~/domain/clients/pkce'
import { isConfidential } from '~/domain/policy/client-policy'
import { periodOf } from '~/ui/usage'
import { type AppDetails, listApps, listAppTesters, listReviewMessages, type VersionState } from '~db/queries/apps'
import { listAuditEventsOfClient } from '~db/queries/audit'
import { listClientSecrets } from '~db/queries/client-secrets'
import type { AppType } from '~db/queries/clients'
import { countPeopleOfClient } from '~db/queries/grants'
import { listApiClientsOfPartner } from '~db/queries/partner-api-clients'
import { listRefusals } from '~db/queries/refusals'
import { listPartnerMembers } from '~db/queries/teams'
import { activityActions, activitySentence } from './activity-sentences'
import { scopeGroups } from './scope-groups'
import { supportOf } from './support'

/** What the pages of the portal show, read and picked: nothing of a row goes to a page that is not named here. */

export type AppHead = {
  clientId: string
  name: string
  appType: AppType | null
  state: AppState
  isLive: boolean
  proposedState: VersionState | null
  isConfidential: boolean
}

export function appHead(details: AppDetails): AppHead {
  const { client, app, proposed } = details
  return {
    clientId: client.clientId,
    name: currentManifest(details).name,
    appType: client.appType,
    state: appStateOf(details),
    isLive: app.liveVersionId !== null,
    proposedState: proposed?.state ?? null,
    isConfidential: isConfidential(client),
  }
}

export type AppRow = {
  clientId: string
  name: string
  description: string
  appType: AppType | null
  state: AppState
  createdAt: number
  updatedAt: number
}

/** The apps of an organization, the newest first; there are few, so there is one page. */
export async function appListPage(ctx: AppContext, partnerId: string): Promise<AppRow[]> {
  const rows = await listApps(ctx.db, { partnerId }, 100)
  return rows.map(({ app, client, proposed }) => ({
    clientId: client.clientId,
    name: proposed?.manifest.name ?? client.name,
    description: proposed?.manifest.description ?? client.description ?? '',
    appType: client.appType,
    state: appStateOf({ client, proposed }),
    createdAt: app.createdAt,
    updatedAt: app.updatedAt,
  }))
}

export async function overviewPage(ctx: AppContext, details: AppDetails) {
  const { issuer } = ctx.config
  const manifest = currentManifest(details)
  const askable = await listAskableApis(ctx)
  return {
    head: appHead(details),
    endpoints: [
      { label: 'Issuer', value: issuer },
      { label: 'Discovery document', value: `${issuer}.well-known/openid-configuration` },
      { label: 'Authorization endpoint', value: `${issuer}authorize` },
      { label: 'Token endpoint', value: `${issuer}oauth/token` },
      { label: 'UserInfo endpoint', value: `${issuer}userinfo` },
      { label: 'Keys (JWKS)', value: `${issuer}.well-known/jwks.json` },
    ],
    callbacks: details.client.callbacks,
    needsPkce: await needsPkce(ctx, details.client),
    scopes: (details.client.scopeRequests ?? []).map(({ scope, audience }) => ({ scope, audience })),
    checklist: checklistFor(details, manifest, askable),
    people: await countPeopleOfClient(ctx.db, details.client.clientId),
    lastWords: await lastWordsOfReviewers(ctx, details),
    support: await supportOf(ctx),
  }
}

/** What the owners wrote last, where the next move is the partner's. */
async function lastWordsOfReviewers(ctx: AppContext, { client, proposed }: AppDetails): Promise<string | null> {
  const isTheirMove =
    client.suspendedAt !== null || proposed?.state === 'changes_requested' || proposed?.state === 'rejected'
  if (!isTheirMove) return null
  const messages = await listReviewMessages(ctx.db, client.clientId)
  return messages.filter(({ authorSide, message }) => authorSide === 'tenant' && message !== '').at(-1)?.message ?? null
}

/** The partner's people and programs, by their ids. */
async function namesOfTeam({ db }: AppContext, partnerId: string): Promise<Map<string, string>> {
  const [people, programs] = await Promise.all([
    listPartnerMembers(db, { partnerId }),
    listApiClientsOfPartner(db, { partnerId }),
  ])
  return new Map([
    ...people.map(({ user }) => [user.userId, user.name] as const),
    ...programs.map(({ client }) => [client.clientId, client.name] as const),
  ])
}

/** What would go live: against what is live, or against nothing. */
export const proposedChanges = ({ live, proposed }: AppDetails): ManifestChange[] =>
  proposed ? diffManifests(live?.manifest, proposed.manifest) : []

/** What the team changed since the reviewers sent the proposal back; null where they did not. */
const changesSinceSentBack = ({ proposed }: AppDetails): ManifestChange[] | null =>
  proposed?.sentBackManifest ? diffManifests(proposed.sentBackManifest, proposed.manifest) : null

export function settingsPage(details: AppDetails) {
  const { scopeRequests: _scopes, ...manifest } = currentManifest(details)
  return {
    head: appHead(details),
    manifest,
    changes: details.live ? proposedChanges(details) : [],
  }
}

export async function scopesPage(ctx: AppContext, details: AppDetails) {
  return { head: appHead(details), groups: await scopeGroups(ctx, currentManifest(details).scopeRequests) }
}

export type SecretRow = {
  id: string
  hint: string
  createdAt: number
  lastUsedAt: number | null
  state: 'current' | 'ending' | 'ended'
  endsAt: number | null
}

export async function credentialsPage(ctx: AppContext, { client, ...rest }: AppDetails) {
  const now = ctx.clock.now()
  const secrets = await listClientSecrets(ctx.db, { clientId: client.clientId })
  return {
    head: appHead({ client, ...rest }),
    now,
    secrets: secrets.slice(0, 20).map((secret): SecretRow => {
      const endsAt = secret.retiredAt ?? secret.expiresAt
      const state = endsAt === null ? 'current' : secret.retiredAt !== null || endsAt <= now ? 'ended' : 'ending'
      const { id, hint, createdAt, lastUsedAt } = secret
      return { id, hint, createdAt, lastUsedAt, state, endsAt }
    }),
  }
}

export async function testersPage(ctx: AppContext, details: AppDetails) {
  const [testers, team] = await Promise.all([
    listAppTesters(ctx.db, details.client.clientId),
    listPartnerMembers(ctx.db, { partnerId: details.app.partnerId }),
  ])
  return {
    head: appHead(details),
    testers: testers.map(({ email, createdAt, acceptedAt }) => ({ email, createdAt, isWaiting: acceptedAt === null })),
    team: team.flatMap(({ user }) => (user.email ? [{ email: user.email.toLowerCase(), name: user.name }] : [])),
  }
}

/** @param before names a page of the conversation */
export async function reviewPage(ctx: AppContext, details: AppDetails, before: string | null) {
  const [conversation, names, askable] = await Promise.all([
    readConversation(ctx, details.client.clientId, before),
    namesOfTeam(ctx, details.app.partnerId),
    listAskableApis(ctx),
  ])
  return {
    head: appHead(details),
    submission: details.proposed?.submissions ?? 0,
    version: details.proposed?.number ?? details.live?.number ?? 1,
    submittedAt: details.proposed?.state === 'submitted' ? details.proposed.submittedAt : null,
    checklist: checklistFor(details, currentManifest(details), askable),
    changes: proposedChanges(details),
    changesSinceSentBack: changesSinceSentBack(details),
    isFirstVersion: details.live === undefined,
    conversation: shownConversation(conversation, ({ authorSide, authorId }) =>
      // Which of the owners decided is theirs to tell.
      authorSide === 'partner'
        ? (names.get(authorId) ?? 'A program, or a former member of your team')
        : 'The reviewers',
    ),
  }
}

export async function usagePage(ctx: AppContext, details: AppDetails, search: URLSearchParams) {
  const { clientId } = details.client
  return {
    head: appHead(details),
    days: await appUsage(ctx, clientId, periodOf(search)),
    people: await countPeopleOfClient(ctx.db, clientId),
  }
}

const ACTIVITY_PAGE = 25
const REFUSALS_SHOWN = 10

export async function activityPage(ctx: AppContext, details: AppDetails, before: string | undefined) {
  const [events, names, refusals] = await Promise.all([
    listAuditEventsOfClient(
      ctx.db,
      { clientId: details.client.clientId, actions: activityActions, before },
      ACTIVITY_PAGE + 1,
    ),
    namesOfTeam(ctx, details.app.partnerId),
    listRefusals(ctx.db, details.client.clientId, REFUSALS_SHOWN),
  ])
  const page = events.slice(0, ACTIVITY_PAGE)
  return {
    head: appHead(details),
    events: page.map((event) => ({ id: event.id, at: event.at, ...activitySentence(event, names) })),
    refusals: refusals.map(({ id, at, endpoint, error, description }) => ({ id, at, endpoint, error, description })),
    isFirstPage: before === undefined,
    olderFrom: events.length > ACTIVITY_PAGE ? (page.at(-1)?.id ?? null) : null,
  }
}
