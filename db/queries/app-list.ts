import { and, count, eq, inArray, type SQL } from 'drizzle-orm'
import type { Database } from '../database'
import { type AppState, isInStates } from './app-states'
import type { App, AppDetails, AppTester, AppVersion, ReviewMessage } from './apps'
import type { Client } from './clients'
import { isBehind, type Slice, sortedBy } from './keyset'
import type { Partner } from './partners'
import type { Refusal } from './refusals'
import { startsWith } from './text-search'

/** Apps and what belongs to them, as programs read them: by position in a list. */

export type AppFilter = { partnerId?: string; state?: AppState; q?: string }

/** An app without the versions that are neither live nor proposed. */
type Row = { app: App; client: Client; partner: Partner }

const matching = (db: Database, { partnerId, state, q }: AppFilter): SQL | undefined => {
  const { t } = db.handle
  return and(
    partnerId === undefined ? undefined : eq(t.apps.partnerId, partnerId),
    state && isInStates(t, [state]),
    q ? startsWith(db, t.clients.name, q) : undefined,
  )
}

/** Part of the list of apps, the oldest first. */
export async function listAppSlice(db: Database, filter: AppFilter, slice: Slice): Promise<AppDetails[]> {
  const { apps, clients, partners, appVersions } = db.handle.t
  const order = [apps.createdAt, apps.clientId]
  const rows: Row[] = await db.handle.sql
    .select({ app: apps, client: clients, partner: partners })
    .from(apps)
    .innerJoin(clients, eq(clients.clientId, apps.clientId))
    .innerJoin(partners, eq(partners.id, apps.partnerId))
    .leftJoin(appVersions, eq(appVersions.id, apps.proposedVersionId))
    .where(and(matching(db, filter), isBehind(order, slice)))
    .orderBy(...sortedBy(order))
    .limit(slice.limit)
    .offset(slice.skip)
  const ids = rows.flatMap(({ app }) => [app.liveVersionId, app.proposedVersionId]).filter((id) => id !== null)
  const versions =
    ids.length > 0 ? await db.handle.sql.select().from(appVersions).where(inArray(appVersions.id, ids)) : []
  return rows.map((row) => ({
    ...row,
    live: versions.find(({ id }) => id === row.app.liveVersionId),
    proposed: versions.find(({ id }) => id === row.app.proposedVersionId),
  }))
}

export async function countApps(db: Database, filter: AppFilter): Promise<number> {
  const { apps, clients, appVersions } = db.handle.t
  const [row] = await db.handle.sql
    .select({ count: count() })
    .from(apps)
    .innerJoin(clients, eq(clients.clientId, apps.clientId))
    .leftJoin(appVersions, eq(appVersions.id, apps.proposedVersionId))
    .where(matching(db, filter))
  return row?.count ?? 0
}

/** Part of the versions of an app, the newest first. */
export const listVersionSlice = ({ handle }: Database, clientId: string, slice: Slice): Promise<AppVersion[]> => {
  const { appVersions: v } = handle.t
  return handle.sql
    .select()
    .from(v)
    .where(and(eq(v.clientId, clientId), isBehind([v.number], slice, 'descending')))
    .orderBy(...sortedBy([v.number], 'descending'))
    .limit(slice.limit)
    .offset(slice.skip)
}
export const countVersions = ({ handle }: Database, clientId: string): Promise<number> =>
  handle.sql.$count(handle.t.appVersions, eq(handle.t.appVersions.clientId, clientId))

/** A submission, its app and whose it is. */
export type Submission = { version: AppVersion; app: App; partner: Partner; client: Client }

/** Part of what waits for a decision, the longest waiting first. */
export const listSubmissionSlice = ({ handle }: Database, slice: Slice): Promise<Submission[]> => {
  const { appVersions: v, apps, partners, clients } = handle.t
  const order = [v.submittedAt, v.id]
  return handle.sql
    .select({ version: v, app: apps, partner: partners, client: clients })
    .from(v)
    .innerJoin(apps, eq(apps.clientId, v.clientId))
    .innerJoin(clients, eq(clients.clientId, v.clientId))
    .innerJoin(partners, eq(partners.id, apps.partnerId))
    .where(and(eq(v.state, 'submitted'), isBehind(order, slice)))
    .orderBy(...sortedBy(order))
    .limit(slice.limit)
    .offset(slice.skip)
}

/** Part of the conversation about an app, the oldest first unless said otherwise. */
export const listMessageSlice = (
  { handle }: Database,
  clientId: string,
  slice: Slice,
  direction: 'ascending' | 'descending' = 'ascending',
): Promise<ReviewMessage[]> => {
  const { reviewMessages: m } = handle.t
  const order = [m.createdAt, m.id]
  return handle.sql
    .select()
    .from(m)
    .where(and(eq(m.clientId, clientId), isBehind(order, slice, direction)))
    .orderBy(...sortedBy(order, direction))
    .limit(slice.limit)
    .offset(slice.skip)
}
export const countMessages = ({ handle }: Database, clientId: string): Promise<number> =>
  handle.sql.$count(handle.t.reviewMessages, eq(handle.t.reviewMessages.clientId, clientId))

/** Part of the testers of an app, by address. */
export const listTesterSlice = ({ handle }: Database, clientId: string, slice: Slice): Promise<AppTester[]> => {
  const { appTesters: e } = handle.t
  return handle.sql
    .select()
    .from(e)
    .where(and(eq(e.clientId, clientId), isBehind([e.email], slice)))
    .orderBy(...sortedBy([e.email]))
    .limit(slice.limit)
    .offset(slice.skip)
}

/** Part of the refused requests of an app, the newest first. */
export const listRefusalSlice = ({ handle }: Database, clientId: string, slice: Slice): Promise<Refusal[]> => {
  const { refusals: r } = handle.t
  const order = [r.at, r.id]
  return handle.sql
    .select()
    .from(r)
    .where(and(eq(r.clientId, clientId), isBehind(order, slice, 'descending')))
    .orderBy(...sortedBy(order, 'descending'))
    .limit(slice.limit)
    .offset(slice.skip)
}
export const countRefusals = ({ handle }: Database, clientId: string): Promise<number> =>
  handle.sql.$count(handle.t.refusals, eq(handle.t.refusals.clientId, clientId))
