/** APIs, clients and apps of a test tenant, made as the program makes them. */
import type { AppContext, Services } from '~/context'
import { createApp } from '~/domain/apps/create-app'
import { newManifest } from '~/domain/apps/manifest'
import { submitVersion } from '~/domain/apps/submit-version'
import { createClientSecret } from '~/domain/clients/client-secrets'
import { type NewClient, newClientRow } from '~/domain/clients/new-client'
import { newClientSteps } from '~/domain/clients/save-client'
import { decideReview } from '~/domain/moderation/decide-review'
import type { Decision } from '~/domain/moderation/review-fields'
import { seenSubmission } from '~/domain/moderation/seen-submission'
import { createResourceServer, type NewResourceServer } from '~/domain/resource-servers/create-resource-server'
import { newId } from '~/platform/ids'
import { also } from '~db/database'
import { type AppDetails, type AppManifest, findApp, findAppVersion } from '~db/queries/apps'
import { upsertClientGrant } from '~db/queries/client-grants'
import type { AppType, Client } from '~db/queries/clients'
import { enableConnection, listDomainConnections } from '~db/queries/connections'
import type { ResourceServer } from '~db/queries/resource-servers'
import { findOwner, type PartnerPerson } from './people'
import type { TestServices } from './services'

export const API = 'https://api.example.com/'
export const CALLBACK = 'https://app.example.com/callback'

/** A client, and its secret where its kind has one. */
export type TestClient = { clientId: string; secret?: string; client: Client }

/** An API that partners may ask for, with `read:items`, `write:items` and `delete:items`. */
export async function createApi(
  services: TestServices,
  given: Partial<NewResourceServer> = {},
): Promise<ResourceServer> {
  const { ctx } = await findOwner(services)
  return createResourceServer(ctx, {
    name: 'Example API',
    identifier: API,
    openToPartners: true,
    allowOfflineAccess: true,
    scopes: [
      { value: 'read:items', description: 'Read your items', sensitivity: 'basic' },
      { value: 'write:items', description: 'Change your items', sensitivity: 'sensitive' },
      { value: 'delete:items', description: 'Delete your items', sensitivity: 'restricted' },
    ],
    ...given,
  })
}

type GivenClient = Partial<NewClient> & Partial<Client>

/** A client of the tenant itself: a confidential web application, unless another `appType` is given. */
export const createFirstPartyClient = (services: TestServices, given: GivenClient = {}): Promise<TestClient> =>
  createClient(services, { name: 'First-party app', isFirstParty: true, ...given })

/**
 * A client of somebody else, usable at once, as `POST /api/v2/clients` makes it: permissive unless
 * `thirdPartySecurityMode` says otherwise, confidential unless `appType` is `spa` or `native`.
 */
export const createThirdPartyClient = (services: TestServices, given: GivenClient = {}): Promise<TestClient> =>
  createClient(services, { name: 'Third-party app', isFirstParty: false, ...given })

async function createClient(
  services: TestServices,
  given: GivenClient & Pick<NewClient, 'name' | 'isFirstParty'>,
): Promise<TestClient> {
  const appType: AppType = given.appType ?? 'regular_web'
  const isMachine = appType === 'non_interactive'
  const row = newClientRow(services.clock.now(), { callbacks: isMachine ? [] : [CALLBACK], ...given, appType })
  const client: Client = { ...row, ...given, appType }
  const credential =
    client.tokenEndpointAuthMethod === 'none' ? undefined : await createClientSecret(services, client.clientId)
  const connections = client.isFirstParty ? await listDomainConnections(services.db, {}) : []
  await services.db.atomically([
    ...newClientSteps(client),
    ...(credential ? [also(credential.write)] : []),
    ...connections.map(({ id }) => also(enableConnection(id, client.clientId))),
  ])
  return { clientId: client.clientId, secret: credential?.secret, client }
}

/** Lets a client ask for scopes in its own name (client credentials). */
export async function grantToClient(
  services: TestServices,
  { clientId }: Pick<TestClient, 'clientId'>,
  scope: string[],
  audience = API,
): Promise<void> {
  const grant = {
    id: newId('cgr'),
    clientId,
    audience,
    subjectType: 'client' as const,
    scope,
    createdAt: services.clock.now(),
    updatedAt: 0,
  }
  await services.db.run(upsertClientGrant(grant))
}

type GivenApp = Partial<AppManifest> & { appType?: AppType }

/** An app of a partner, in the state in which the portal makes it: a draft, for the team and testers only. */
export async function createPortalApp(
  { ctx, partner }: PartnerPerson,
  { appType = 'regular_web', ...manifest }: GivenApp = {},
): Promise<TestClient> {
  const callbacks = appType === 'non_interactive' ? [] : [CALLBACK]
  const made = await createApp(ctx, partner, {
    appType,
    manifest: newManifest({ name: 'Photo Print', callbacks, ...manifest }),
  })
  return { clientId: made.client.clientId, secret: made.secret, client: made.client }
}

/** What the portal knows of an app. @throws when there is none */
export async function requireApp({ db }: Pick<Services, 'db'>, clientId: string): Promise<AppDetails> {
  const details = await findApp(db, clientId)
  if (!details) throw new Error(`there is no app ${clientId}`)
  return details
}

/** An app that waits for a review. @returns with the id of the version that was submitted */
export async function createSubmittedApp(
  person: PartnerPerson,
  given: GivenApp & { note?: string } = {},
): Promise<TestClient & { versionId: string }> {
  const { note = 'Please have a look.', ...app } = given
  const made = await createPortalApp(person, app)
  await submitVersion(person.ctx, await requireApp(person.ctx, made.clientId), note)
  const { proposed } = await requireApp(person.ctx, made.clientId)
  return { ...made, versionId: proposed?.id ?? '' }
}

/** Decides on a submission as it is at this moment. */
export async function decideAsRead(
  ctx: AppContext,
  versionId: string,
  { message = '', ...verdict }: { decision: Decision; message?: string },
): Promise<void> {
  await decideReview(ctx, versionId, { ...verdict, message, seen: await readSubmission(ctx, versionId) })
}

/** What a decision on a submission sends along that was read at this moment. */
export async function readSubmission(ctx: Pick<AppContext, 'db'>, versionId: string): Promise<string> {
  const version = await findAppVersion(ctx.db, versionId)
  if (!version) return ''
  return seenSubmission(ctx, await requireApp(ctx, version.clientId), version)
}

/** An app that an owner has approved: live, for everyone. */
export async function createApprovedApp(
  person: PartnerPerson,
  given: GivenApp = {},
): Promise<TestClient & { versionId: string }> {
  const made = await createSubmittedApp(person, given)
  const { ctx } = await findOwner(person.ctx)
  await decideAsRead(ctx, made.versionId, { decision: 'approve' })
  const { client } = await requireApp(person.ctx, made.clientId)
  return { ...made, client }
}
