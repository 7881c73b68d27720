import type { AppContext } from '~/context'
import { appStateOf } from '~/domain/apps/app-state'
import { listAskableApis, openidSensitivity } from '~/domain/apps/askable-scopes'
import { checklistFor } from '~/domain/apps/checklist'
import { readConversation, shownConversation } from '~/domain/apps/conversation'
import { diffManifests } from '~/domain/apps/manifest-diff'
import { seenSubmission } from '~/domain/moderation/seen-submission'
import { userinfoAudience } from '~/domain/resource-servers/userinfo'
import {
  type AppManifest,
  findApp,
  findAppVersion,
  listApps,
  listAppTesters,
  listSubmittedVersions,
} from '~db/queries/apps'
import { findResourceServer, listScopes } from '~db/queries/resource-servers'
import { listPartnerMembers } from '~db/queries/teams'
import { callbackRows } from './callbacks'
import { namesOf } from './names'
import { requireFound } from './require-found'

/** What waits for a decision, the longest waiting first. */
export async function reviewQueue(ctx: AppContext, limit: number) {
  const rows = await listSubmittedVersions(ctx.db, limit)
  return rows.map(({ version, app, partner }) => ({
    versionId: version.id,
    name: version.manifest.name,
    number: version.number,
    submission: version.submissions,
    partner: partner.name,
    partnerId: partner.id,
    kind: app.liveVersionId === null ? ('new' as const) : ('change' as const),
    scopes: version.manifest.scopeRequests.length,
    submittedAt: version.submittedAt ?? version.updatedAt,
    waitingMs: ctx.clock.now() - (version.submittedAt ?? version.updatedAt),
  }))
}

/**
 * The whole of a submission: who, what, why, and what was said.
 * @param before names a page of the conversation
 * @throws a 404 `Response`
 */
export async function reviewPage(ctx: AppContext, versionId: string, before: string | null) {
  const version = requireFound(await findAppVersion(ctx.db, versionId), 'submission')
  const details = requireFound(await findApp(ctx.db, version.clientId), 'submission')
  const { app, client, partner, live } = details
  const [members, apps, conversation, testers] = await Promise.all([
    listPartnerMembers(ctx.db, { partnerId: partner.id }),
    listApps(ctx.db, { partnerId: partner.id }, 50),
    readConversation(ctx, client.clientId, before),
    listAppTesters(ctx.db, client.clientId),
  ])
  const base = live && live.id !== version.id && live.number < version.number ? live : undefined
  const nameOf = await namesOf(ctx, [
    version.submittedBy,
    version.decidedBy,
    ...conversation.messages.map(({ authorId }) => authorId),
  ])
  const { scopeRequests, callbacks, ...fields } = version.manifest
  return {
    now: ctx.clock.now(),
    seen: await seenSubmission(ctx, details, version),
    version: {
      id: version.id,
      number: version.number,
      submission: version.submissions,
      state: version.state,
      submittedAt: version.submittedAt,
      submittedBy: version.submittedBy && nameOf(version.submittedBy),
      decidedAt: version.decidedAt,
      decidedBy: version.decidedBy && nameOf(version.decidedBy),
    },
    app: {
      clientId: client.clientId,
      appType: client.appType,
      isLive: app.liveVersionId !== null,
      isSuspended: client.suspendedAt !== null,
      createdAt: app.createdAt,
      authMethod: client.tokenEndpointAuthMethod,
    },
    partner: {
      id: partner.id,
      name: partner.name,
      websiteUri: partner.websiteUri,
      createdAt: partner.createdAt,
      isSuspended: partner.suspendedAt !== null,
      members: members.map(({ user, member }) => ({
        userId: user.userId,
        name: user.name,
        email: user.email,
        emailVerified: user.emailVerified,
        role: member.role,
      })),
      otherApps: apps
        .filter((other) => other.app.clientId !== client.clientId)
        .map((other) => ({ clientId: other.app.clientId, name: other.client.name, state: appStateOf(other) })),
    },
    fields,
    callbacks: callbackRows(callbacks),
    scopes: await scopeRows(ctx, scopeRequests),
    checklist: checklistFor(details, version.manifest, await listAskableApis(ctx)).map(
      ({ label, isDone, isAdvice }) => ({
        label,
        isDone,
        isAdvice,
      }),
    ),
    changes: base ? diffManifests(base.manifest, version.manifest) : [],
    comparedWith: base ? base.number : null,
    changesSinceSentBack: version.sentBackManifest ? diffManifests(version.sentBackManifest, version.manifest) : null,
    conversation: shownConversation(conversation, ({ authorId }) => nameOf(authorId)),
    testers: testers.map(({ email }) => email),
  }
}

/** The scopes that are asked for, with what the API says of each; a scope that is gone says so. */
export async function scopeRows(ctx: AppContext, requests: AppManifest['scopeRequests']) {
  const audiences = [...new Set(requests.map(({ audience }) => audience))]
  const known = new Map(
    await Promise.all(
      audiences.map(async (audience) => {
        const api = await findResourceServer(ctx.db, audience)
        return [audience, { api, scopes: api ? await listScopes(ctx.db, { resourceServerId: api.id }) : [] }] as const
      }),
    ),
  )
  return requests.map(({ audience, scope, reason, required }) => {
    const found = known.get(audience)
    const ofApi = found?.scopes.find(({ value }) => value === scope)
    const isProfile = audience === userinfoAudience(ctx.config.issuer)
    return {
      audience,
      api: found?.api?.name ?? (isProfile ? 'Sign-in and profile' : audience),
      scope,
      reason,
      required,
      description: ofApi?.description ?? '',
      sensitivity: ofApi?.sensitivity ?? (isProfile ? openidSensitivity(scope) : ('gone' as const)),
    }
  })
}
