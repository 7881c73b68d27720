import { and, asc, count, eq, inArray, notInArray, sql as raw, type SQL } from 'drizzle-orm'
import { type Database, type Handle, keptQuery, query, statement, write } from '../database'
import { isBehind, type Slice, sortedBy } from './keyset'
import { rowPlaceholders } from './placeholders'

export type ResourceServer = Handle['t']['resourceServers']['$inferSelect']
export type ResourceServerScope = Handle['t']['resourceServerScopes']['$inferSelect']

const byIdentifier = keptQuery<{ identifier: string }, ResourceServer>('find_resource_server', ({ sql, t }) =>
  sql
    .select()
    .from(t.resourceServers)
    .where(eq(t.resourceServers.identifier, raw.placeholder('identifier'))),
)
export const findResourceServer = async (db: Database, identifier: string) =>
  (await byIdentifier(db, { identifier }))[0]

/** The Management API. */
export async function findSystemApi(db: Database): Promise<ResourceServer> {
  const { resourceServers: r } = db.handle.t
  const [row] = await db.handle.sql.select().from(r).where(eq(r.isSystem, true))
  if (!row) throw new Error('the Management API is missing; restore the database from a backup')
  return row
}

const byId = query<{ id: string }, ResourceServer>('find_resource_server_by_id', ({ sql, t }) =>
  sql
    .select()
    .from(t.resourceServers)
    .where(eq(t.resourceServers.id, raw.placeholder('id'))),
)
export const findResourceServerById = async (db: Database, id: string) => (await byId(db, { id }))[0]

export const listResourceServers = query<Record<never, never>, ResourceServer>('list_resource_servers', ({ sql, t }) =>
  sql.select().from(t.resourceServers).orderBy(asc(t.resourceServers.name)),
)

export const listScopes = keptQuery<{ resourceServerId: string }, ResourceServerScope>(
  'list_scopes',
  ({ sql, t: { resourceServerScopes: s } }) =>
    sql
      .select()
      .from(s)
      .where(eq(s.resourceServerId, raw.placeholder('resourceServerId')))
      .orderBy(asc(s.position), asc(s.value)),
)

/** The APIs whose scopes partners may ask for, and those scopes. */
export async function listApisOpenToPartners(db: Database) {
  const { resourceServers: r, resourceServerScopes: s } = db.handle.t
  const apis = await db.handle.sql.select().from(r).where(eq(r.openToPartners, true)).orderBy(asc(r.name))
  if (apis.length === 0) return []
  const ids = apis.map(({ id }) => id)
  const scopes = await db.handle.sql
    .select()
    .from(s)
    .where(inArray(s.resourceServerId, ids))
    .orderBy(asc(s.position), asc(s.value))
  return apis.map((api) => ({ ...api, scopes: scopes.filter(({ resourceServerId }) => resourceServerId === api.id) }))
}

/** The APIs that have a scope of one of these names, the oldest first. */
export const listApisWithScopes = (db: Database, values: string[]) => {
  const { resourceServers: r, resourceServerScopes: s } = db.handle.t
  return db.handle.sql
    .select({ identifier: r.identifier, name: r.name, value: s.value })
    .from(s)
    .innerJoin(r, eq(r.id, s.resourceServerId))
    .where(inArray(s.value, values))
    .orderBy(asc(r.createdAt), asc(r.id))
    .limit(100)
}

/** Touches no row when the identifier is taken. */
export const insertResourceServer = statement<ResourceServer>('insert_resource_server', ({ sql, t }) =>
  sql.insert(t.resourceServers).values(rowPlaceholders(t.resourceServers)).onConflictDoNothing(),
)
export const updateResourceServer = (id: string, change: Partial<ResourceServer>) =>
  write(({ sql, t }) => sql.update(t.resourceServers).set(change).where(eq(t.resourceServers.id, id)))
export const deleteResourceServer = (id: string) =>
  write(({ sql, t }) =>
    sql.delete(t.resourceServers).where(and(eq(t.resourceServers.id, id), eq(t.resourceServers.isSystem, false))),
  )
export const insertScope = statement<ResourceServerScope>('insert_scope', ({ sql, t }) =>
  sql.insert(t.resourceServerScopes).values(rowPlaceholders(t.resourceServerScopes)).onConflictDoNothing(),
)
/** A scope that there is keeps the time at which it was made. */
export const upsertScope = ({ description, sensitivity, position, ...scope }: ResourceServerScope) =>
  write(({ sql, t: { resourceServerScopes: s } }) =>
    sql
      .insert(s)
      .values({ ...scope, description, sensitivity, position })
      .onConflictDoUpdate({ target: [s.resourceServerId, s.value], set: { description, sensitivity, position } }),
  )
export const deleteScopesExcept = (resourceServerId: string, values: string[]) =>
  write(({ sql, t: { resourceServerScopes: s } }) =>
    sql
      .delete(s)
      .where(
        and(eq(s.resourceServerId, resourceServerId), values.length > 0 ? notInArray(s.value, values) : undefined),
      ),
  )

/** Changes an API of the tenant; touches no row for one of the system's. */
export const updateCustomResourceServer = (id: string, change: Partial<ResourceServer>) =>
  write(({ sql, t }) =>
    sql
      .update(t.resourceServers)
      .set(change)
      .where(and(eq(t.resourceServers.id, id), eq(t.resourceServers.isSystem, false))),
  )

/** Has others wait who would delete the API, until the transaction ends; touches no row once it is deleted. */
export const holdResourceServer = (identifier: string) =>
  write(({ sql, t: { resourceServers: r } }) =>
    sql.update(r).set({ updatedAt: r.updatedAt }).where(eq(r.identifier, identifier)),
  )

/** How many scopes each API has. */
export async function countScopesByResourceServer(db: Database): Promise<Map<string, number>> {
  const { resourceServerScopes: s } = db.handle.t
  const rows = await db.handle.sql
    .select({ id: s.resourceServerId, count: raw<number>`count(*)`.mapWith(Number) })
    .from(s)
    .groupBy(s.resourceServerId)
  return new Map(rows.map(({ id, count }) => [id, count]))
}

export type ResourceServerFilter = { identifiers?: string[] }

const matching = ({ t: { resourceServers: r } }: Handle, { identifiers }: ResourceServerFilter): SQL | undefined =>
  identifiers ? inArray(r.identifier, identifiers) : undefined

/** Part of the list of APIs, the oldest first. */
export const listResourceServerSlice = (
  { handle }: Database,
  filter: ResourceServerFilter,
  slice: Slice,
): Promise<ResourceServer[]> => {
  const { resourceServers: r } = handle.t
  const order = [r.createdAt, r.id]
  return handle.sql
    .select()
    .from(r)
    .where(and(matching(handle, filter), isBehind(order, slice)))
    .orderBy(...sortedBy(order))
    .limit(slice.limit)
    .offset(slice.skip)
}

export const countResourceServers = async ({ handle }: Database, filter: ResourceServerFilter): Promise<number> => {
  const [row] = await handle.sql
    .select({ count: count() })
    .from(handle.t.resourceServers)
    .where(matching(handle, filter))
  return row?.count ?? 0
}

/** The scopes of some APIs, each API's in their order. */
export const listScopesOf = async ({ handle }: Database, ids: string[]): Promise<ResourceServerScope[]> => {
  const { resourceServerScopes: s } = handle.t
  if (ids.length === 0) return []
  return handle.sql.select().from(s).where(inArray(s.resourceServerId, ids)).orderBy(asc(s.position), asc(s.value))
}

/** The scopes of the APIs of some audiences; an API that is gone is left out. */
export async function listScopesByAudience(
  db: Database,
  audiences: string[],
): Promise<Map<string, ResourceServerScope[]>> {
  const { resourceServers: r } = db.handle.t
  if (audiences.length === 0) return new Map()
  const apis = await db.handle.sql
    .select({ id: r.id, identifier: r.identifier })
    .from(r)
    .where(inArray(r.identifier, audiences))
  const scopes = await listScopesOf(
    db,
    apis.map(({ id }) => id),
  )
  return new Map(
    apis.map(({ id, identifier }) => [identifier, scopes.filter((scope) => scope.resourceServerId === id)]),
  )
}
