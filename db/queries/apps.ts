import { and, asc, desc, eq, inArray, isNotNull, isNull, lt, or, sql as raw } from 'drizzle-orm'
import { type Database, type Handle, query, statement, write } from '../database'
import type { Client } from './clients'
import type { Partner } from './partners'
import { rowPlaceholders } from './placeholders'

export type App = Handle['t']['apps']['$inferSelect']
export type AppVersion = Handle['t']['appVersions']['$inferSelect']
export type ReviewMessage = Handle['t']['reviewMessages']['$inferSelect']
export type AppTester = Handle['t']['appTesters']['$inferSelect']

/** An app with its client, its maker and its two versions. */
export type AppDetails = {
  app: App
  client: Client
  partner: Partner
  live: AppVersion | undefined
  proposed: AppVersion | undefined
}

/** An app of one partner; another partner's app is not found. */
export const findAppOfPartner = (db: Database, partnerId: string, clientId: string) =>
  findAppWhere(db, clientId, partnerId)

/** An app, whoever made it: for owners. */
export const findApp = (db: Database, clientId: string) => findAppWhere(db, clientId)

async function findAppWhere(db: Database, clientId: string, partnerId?: string): Promise<AppDetails | undefined> {
  const { apps, clients, partners, appVersions } = db.handle.t
  const [row] = await db.handle.sql
    .select({ app: apps, client: clients, partner: partners })
    .from(apps)
    .innerJoin(clients, eq(clients.clientId, apps.clientId))
    .innerJoin(partners, eq(partners.id, apps.partnerId))
    .where(and(eq(apps.clientId, clientId), partnerId ? eq(apps.partnerId, partnerId) : undefined))
  if (!row) return undefined
  const ids = [row.app.liveVersionId, row.app.proposedVersionId].filter((id) => id !== null)
  const versions =
    ids.length > 0 ? await db.handle.sql.select().from(appVersions).where(inArray(appVersions.id, ids)) : []
  return {
    ...row,
    live: versions.find(({ id }) => id === row.app.liveVersionId),
    proposed: versions.find(({ id }) => id === row.app.proposedVersionId),
  }
}

export type AppListItem = { app: App; client: Client; partner: Partner; proposed: AppVersion | null }

/** The newest apps, of one partner or of all; `before` is the last one of the page before. */
export function listApps(
  db: Database,
  { partnerId, before }: { partnerId?: string; before?: { createdAt: number; clientId: string } },
  limit: number,
): Promise<AppListItem[]> {
  const { apps, clients, partners, appVersions } = db.handle.t
  return db.handle.sql
    .select({ app: apps, client: clients, partner: partners, proposed: appVersions })
    .from(apps)
    .innerJoin(clients, eq(clients.clientId, apps.clientId))
    .innerJoin(partners, eq(partners.id, apps.partnerId))
    .leftJoin(appVersions, eq(appVersions.id, apps.proposedVersionId))
    .where(
      and(
        partnerId ? eq(apps.partnerId, partnerId) : undefined,
        // The id decides between equal times, so that no row is skipped at the edge of a page.
        before
          ? or(
              lt(apps.createdAt, before.createdAt),
              and(eq(apps.createdAt, before.createdAt), lt(apps.clientId, before.clientId)),
            )
          : undefined,
      ),
    )
    .orderBy(desc(apps.createdAt), desc(apps.clientId))
    .limit(limit)
}

export const countAppsOfPartner = (db: Database, partnerId: string): Promise<number> =>
  db.handle.sql.$count(db.handle.t.apps, eq(db.handle.t.apps.partnerId, partnerId))

const partnerOf = query<{ clientId: string }, { partner: Partner }>(
  'find_partner_of_client',
  ({ sql, t: { apps, partners } }) =>
    sql
      .select({ partner: partners })
      .from(apps)
      .innerJoin(partners, eq(partners.id, apps.partnerId))
      .where(eq(apps.clientId, raw.placeholder('clientId'))),
)
/** Who made a client; nobody, if it was not made in the portal. */
export const findPartnerOfClient = async (db: Database, clientId: string) =>
  (await partnerOf(db, { clientId }))[0]?.partner

export const insertApp = statement<App>('insert_app', ({ sql, t }) =>
  sql.insert(t.apps).values(rowPlaceholders(t.apps)),
)
export const updateApp = (clientId: string, change: Partial<App>) =>
  write(({ sql, t }) => sql.update(t.apps).set(change).where(eq(t.apps.clientId, clientId)))

const versionById = query<{ id: string }, AppVersion>('find_app_version', ({ sql, t }) =>
  sql
    .select()
    .from(t.appVersions)
    .where(eq(t.appVersions.id, raw.placeholder('id'))),
)
export const findAppVersion = async (db: Database, id: string) => (await versionById(db, { id }))[0]

export const listAppVersions = (db: Database, clientId: string): Promise<AppVersion[]> => {
  const { appVersions: v } = db.handle.t
  return db.handle.sql.select().from(v).where(eq(v.clientId, clientId)).orderBy(desc(v.number))
}

/** A version of one app. */
export async function findVersionOfApp(
  { handle }: Database,
  clientId: string,
  id: string,
): Promise<AppVersion | undefined> {
  const { appVersions: v } = handle.t
  const [row] = await handle.sql
    .select()
    .from(v)
    .where(and(eq(v.id, id), eq(v.clientId, clientId)))
  return row
}

/** What waits for a review, the longest waiting first. */
export const listSubmittedVersions = (db: Database, limit: number) => {
  const { appVersions: v, apps, partners, clients } = db.handle.t
  return db.handle.sql
    .select({ version: v, app: apps, partner: partners, client: clients })
    .from(v)
    .innerJoin(apps, eq(apps.clientId, v.clientId))
    .innerJoin(clients, eq(clients.clientId, v.clientId))
    .innerJoin(partners, eq(partners.id, apps.partnerId))
    .where(eq(v.state, 'submitted'))
    .orderBy(asc(v.submittedAt))
    .limit(limit)
}
export const countSubmittedVersions = (db: Database): Promise<number> =>
  db.handle.sql.$count(db.handle.t.appVersions, eq(db.handle.t.appVersions.state, 'submitted'))

export const insertAppVersion = statement<AppVersion>('insert_app_version', ({ sql, t }) =>
  sql.insert(t.appVersions).values(rowPlaceholders(t.appVersions)),
)

/** Changes a version that is in one of the states; touches no row otherwise. */
export const updateAppVersion = (id: string, states: AppVersion['state'][], change: Partial<AppVersion>) =>
  write(({ sql, t }) =>
    sql
      .update(t.appVersions)
      .set(change)
      .where(and(eq(t.appVersions.id, id), inArray(t.appVersions.state, states))),
  )

/** The last of the conversation about an app, the oldest of them first: as much as somebody reads. */
export const listReviewMessages = async ({ handle }: Database, clientId: string): Promise<ReviewMessage[]> => {
  const { reviewMessages: m } = handle.t
  const newest = [desc(m.createdAt), desc(m.id)]
  const found = await handle.sql
    .select()
    .from(m)
    .where(eq(m.clientId, clientId))
    .orderBy(...newest)
    .limit(100)
  return found.reverse()
}
export const insertReviewMessage = statement<ReviewMessage>('insert_review_message', ({ sql, t }) =>
  sql.insert(t.reviewMessages).values(rowPlaceholders(t.reviewMessages)),
)

export const listAppTesters = (db: Database, clientId: string): Promise<AppTester[]> => {
  const { appTesters: e } = db.handle.t
  return db.handle.sql.select().from(e).where(eq(e.clientId, clientId)).orderBy(asc(e.email))
}
export const insertAppTester = statement<AppTester>('insert_app_tester', ({ sql, t }) =>
  sql.insert(t.appTesters).values(rowPlaceholders(t.appTesters)).onConflictDoNothing(),
)
export const deleteAppTester = (clientId: string, email: string) =>
  write(({ sql, t }) =>
    sql.delete(t.appTesters).where(and(eq(t.appTesters.clientId, clientId), eq(t.appTesters.email, email))),
  )

/** Makes an account the tester whom a row names; touches no row once somebody has accepted, or was taken off. */
export const acceptAppTester = ({
  clientId,
  email,
  userId,
  at,
}: Pick<AppTester, 'clientId' | 'email'> & { userId: string; at: number }) =>
  write(({ sql, t: { appTesters: e } }) =>
    sql
      .update(e)
      .set({ userId, acceptedAt: at, ticketHash: null })
      .where(and(eq(e.clientId, clientId), eq(e.email, email), isNull(e.acceptedAt))),
  )

/** The invitation behind a link that was mailed to a tester, with the app and who makes it. */
export async function findTesterInvitation(db: Database, ticketHash: string) {
  const { appTesters, apps, clients, partners } = db.handle.t
  const [found] = await db.handle.sql
    .select({ tester: appTesters, client: clients, partner: partners })
    .from(appTesters)
    .innerJoin(apps, eq(apps.clientId, appTesters.clientId))
    .innerJoin(clients, eq(clients.clientId, appTesters.clientId))
    .innerJoin(partners, eq(partners.id, apps.partnerId))
    .where(and(eq(appTesters.ticketHash, ticketHash), isNull(appTesters.acceptedAt)))
  return found
}

/** Whether an address, in lower case, was named as a tester's of the app and nobody has accepted yet. */
export async function isInvitedTester(db: Database, clientId: string, email: string): Promise<boolean> {
  const { appTesters: e } = db.handle.t
  const [found] = await db.handle.sql
    .select({ email: e.email })
    .from(e)
    .where(and(eq(e.clientId, clientId), eq(e.email, email), isNull(e.acceptedAt)))
  return found !== undefined
}

/** Whether an account has accepted to be a tester of the app. */
export async function isAcceptedTester(db: Database, clientId: string, userId: string): Promise<boolean> {
  const { appTesters: e } = db.handle.t
  const [found] = await db.handle.sql
    .select({ email: e.email })
    .from(e)
    .where(and(eq(e.clientId, clientId), eq(e.userId, userId), isNotNull(e.acceptedAt)))
  return found !== undefined
}

/** Whether an address, in lower case, is that of somebody of the app's team, who has confirmed it. */
export async function isOfTeam(db: Database, clientId: string, email: string): Promise<boolean> {
  const { apps, partnerMembers, users } = db.handle.t
  const [member] = await db.handle.sql
    .select({ userId: users.userId })
    .from(apps)
    .innerJoin(partnerMembers, eq(partnerMembers.partnerId, apps.partnerId))
    .innerJoin(users, eq(users.userId, partnerMembers.userId))
    .where(and(eq(apps.clientId, clientId), eq(raw`lower(${users.email})`, email), eq(users.emailVerified, true)))
  return member !== undefined
}

export type { AppManifest, VersionState } from '../schema/tables/apps'
export type { ScopeRequest } from '../schema/tables/clients'

/** Makes a version the proposed one of an app that has none; touches no row otherwise. */
export const proposeAppVersion = (clientId: string, versionId: string, at: number) =>
  write(({ sql, t: { apps } }) =>
    sql
      .update(apps)
      .set({ proposedVersionId: versionId, updatedAt: at })
      .where(and(eq(apps.clientId, clientId), isNull(apps.proposedVersionId))),
  )

/** Takes the proposal off a live app; touches no row when it is another one, or the app has nothing live. */
export const discardProposedVersion = (clientId: string, versionId: string, at: number) =>
  write(({ sql, t: { apps } }) =>
    sql
      .update(apps)
      .set({ proposedVersionId: null, updatedAt: at })
      .where(
        and(eq(apps.clientId, clientId), eq(apps.proposedVersionId, versionId), raw`${apps.liveVersionId} is not null`),
      ),
  )

/** How many addresses an app has as testers, its team's not counted. */
export const countAppTesters = (db: Database, clientId: string): Promise<number> =>
  db.handle.sql.$count(db.handle.t.appTesters, eq(db.handle.t.appTesters.clientId, clientId))

/**
 * Decides on a submission; touches no row when it was withdrawn, decided, or submitted anew: what is decided on is what
 * was read.
 */
export const decideAppVersion = (id: string, submittedAt: number, change: Partial<AppVersion>) =>
  write(({ sql, t: { appVersions: v } }) =>
    sql
      .update(v)
      .set(change)
      .where(and(eq(v.id, id), eq(v.state, 'submitted'), eq(v.submittedAt, submittedAt))),
  )
