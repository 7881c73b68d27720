import type { AppContext } from '~/context'
import { appStateOf, STATE_FILTER_NAMES, STATE_FILTERS } from '~/domain/apps/app-state'
import { appUsage } from '~/domain/apps/app-usage'
import { hasPkceChoice, needsPkce } from '~/domain/clients/pkce'
import { periodOf } from '~/ui/usage'
import { findApp, listAppVersions } from '~db/queries/apps'
import { type AuditEvent, listAuditEvents } from '~db/queries/audit'
import { listClientGrants } from '~db/queries/client-grants'
import type { Client } from '~db/queries/clients'
import { findTenantSettings } from '~db/queries/tenant'
import { countUseOfClient, findThirdPartyClient, listThirdPartyClients } from '~db/queries/third-party-clients'
import { callbackRows } from './callbacks'
import { listEvents } from './events'
import { namesOf } from './names'
import { cursorOf, onePage, PAGE_SIZE, readCursor } from './paging'
import { requireFound } from './require-found'
import { scopeRows } from './review-pages'

/** The third-party apps, whoever made them. */
export async function appListPage(ctx: AppContext, search: URLSearchParams) {
  const state = STATE_FILTER_NAMES.find((filter) => filter === search.get('state'))
  const text = search.get('q')?.trim().slice(0, 100) ?? ''
  const cursor = readCursor(search.get('before'))
  const rows = await listThirdPartyClients(
    ctx.db,
    { states: state && STATE_FILTERS[state], search: text || undefined },
    { after: cursor && [cursor.createdAt, cursor.id], skip: 0, limit: PAGE_SIZE + 1 },
  )
  const page = onePage(rows, ({ client }) => cursorOf({ createdAt: client.createdAt, id: client.clientId }))
  return {
    state: state ?? null,
    q: text,
    isFirstPage: cursor === undefined,
    next: page.next,
    apps: page.rows.map((row) => ({
      clientId: row.client.clientId,
      name: row.client.name,
      appType: row.client.appType,
      mode: row.client.thirdPartySecurityMode,
      partner: row.partner && { id: row.partner.id, name: row.partner.name },
      state: appStateOf(row),
      createdAt: row.client.createdAt,
    })),
  }
}

/** All that an owner knows of one app, and whom a suspension would touch. @throws a 404 `Response` */
export async function appPage(ctx: AppContext, clientId: string, search: URLSearchParams) {
  const client = requireFound(await findThirdPartyClient(ctx.db, clientId), 'app')
  const details = await findApp(ctx.db, clientId)
  const [pkce, usage, use, clientGrants, versions, suspensions, events] = await Promise.all([
    pkceOf(ctx, client),
    appUsage(ctx, clientId, periodOf(search)),
    countUseOfClient(ctx.db, clientId, ctx.clock.now()),
    listClientGrants(ctx.db, clientId),
    listAppVersions(ctx.db, clientId),
    listAuditEvents(ctx.db, { clientId, action: 'app.suspended' }, 1),
    listEvents(ctx, { clientId }, 10),
  ])
  const nameOf = await namesOf(
    ctx,
    versions.map(({ decidedBy }) => decidedBy),
  )
  return {
    app: {
      clientId,
      name: client.name,
      description: client.description,
      appType: client.appType,
      mode: client.thirdPartySecurityMode,
      state: appStateOf({ client, proposed: details?.proposed }),
      suspendedAt: client.suspendedAt,
      createdAt: client.createdAt,
      homepageUri: client.homepageUri,
      privacyPolicyUri: client.privacyPolicyUri,
      termsUri: client.termsUri,
      grantTypes: client.grantTypes,
      authMethod: client.tokenEndpointAuthMethod,
      allowedLogoutUrls: client.allowedLogoutUrls,
      webOrigins: client.webOrigins,
      availability: client.availability,
      source: client.source,
      reviewedAt: client.reviewedAt,
      updatedAt: client.updatedAt,
    },
    pkce,
    callbacks: callbackRows(client.callbacks),
    scopes: client.scopeRequests && (await scopeRows(ctx, client.scopeRequests)),
    clientGrants: clientGrants.map(({ audience, scope }) => ({ audience, scope })),
    partner: details
      ? { id: details.partner.id, name: details.partner.name, isSuspended: details.partner.suspendedAt !== null }
      : null,
    waiting: details?.proposed?.state === 'submitted' ? details.proposed.id : null,
    usage,
    use,
    versions: versions.map(({ id, number, state, submittedAt, decidedAt, decidedBy }) => ({
      id,
      number,
      state,
      submittedAt,
      decidedAt,
      decidedBy: decidedBy && nameOf(decidedBy),
      isLive: id === details?.app.liveVersionId,
    })),
    suspension: client.suspendedAt === null ? null : reasonOf(suspensions[0]),
    events,
  }
}

/** Whether the app needs PKCE, and what is set for it where an owner decides. */
async function pkceOf(ctx: AppContext, client: Client) {
  const [isRequired, { thirdPartyPkceRequired }] = await Promise.all([
    needsPkce(ctx, client),
    findTenantSettings(ctx.db),
  ])
  return {
    isRequired,
    hasChoice: hasPkceChoice(client),
    setting: client.pkce,
    ofTenant: thirdPartyPkceRequired,
  }
}

/** Kept in the audit log, also for an app that has no conversation. */
const reasonOf = (event: AuditEvent | undefined): string | null =>
  typeof event?.details?.reason === 'string' ? event.details.reason : null
