import { and, count, desc, eq, sql as raw, type SQL } from 'drizzle-orm'
import { type Database, type Handle, keptQuery, query, write } from '../database'
import type { Client } from './clients'
import { isBehind, type Slice, sortedBy } from './keyset'

export type ClientGrant = Handle['t']['clientGrants']['$inferSelect']

type GrantKey = Pick<ClientGrant, 'clientId' | 'audience' | 'subjectType'>

const grantOf = keptQuery<GrantKey, ClientGrant>('find_client_grant', ({ sql, t: { clientGrants: g } }) =>
  sql
    .select()
    .from(g)
    .where(
      and(
        eq(g.clientId, raw.placeholder('clientId')),
        eq(g.audience, raw.placeholder('audience')),
        eq(g.subjectType, raw.placeholder('subjectType')),
      ),
    ),
)

export const findClientGrant = async (db: Database, key: GrantKey) => (await grantOf(db, key))[0]

export const upsertClientGrant = (grant: ClientGrant) =>
  write(({ sql, t: { clientGrants: g } }) =>
    sql
      .insert(g)
      .values(grant)
      .onConflictDoUpdate({
        target: [g.clientId, g.audience, g.subjectType],
        set: { scope: grant.scope, updatedAt: grant.updatedAt },
      }),
  )

/** Touches no row when the client has a grant for the API. */
export const insertClientGrant = (grant: ClientGrant) =>
  write(({ sql, t }) => sql.insert(t.clientGrants).values(grant).onConflictDoNothing())

export const updateClientGrant = ({ id, scope, updatedAt }: ClientGrant) =>
  write(({ sql, t }) => sql.update(t.clientGrants).set({ scope, updatedAt }).where(eq(t.clientGrants.id, id)))

export const deleteClientGrant = (id: string) =>
  write(({ sql, t }) => sql.delete(t.clientGrants).where(eq(t.clientGrants.id, id)))

export const findClientGrantById = async ({ handle }: Database, id: string): Promise<ClientGrant | undefined> => {
  const [row] = await handle.sql.select().from(handle.t.clientGrants).where(eq(handle.t.clientGrants.id, id))
  return row
}

export type ClientGrantFilter = { client_id?: string; audience?: string; subject_type?: ClientGrant['subjectType'] }

const matchingGrants = ({ t: { clientGrants: g } }: Handle, filter: ClientGrantFilter): SQL | undefined =>
  and(
    filter.client_id === undefined ? undefined : eq(g.clientId, filter.client_id),
    filter.audience === undefined ? undefined : eq(g.audience, filter.audience),
    filter.subject_type === undefined ? undefined : eq(g.subjectType, filter.subject_type),
  )

/** Part of the list of client grants, the oldest first. */
export const listClientGrantSlice = (
  { handle }: Database,
  filter: ClientGrantFilter,
  slice: Slice,
): Promise<ClientGrant[]> => {
  const { clientGrants: g } = handle.t
  const order = [g.createdAt, g.id]
  return handle.sql
    .select()
    .from(g)
    .where(and(matchingGrants(handle, filter), isBehind(order, slice)))
    .orderBy(...sortedBy(order))
    .limit(slice.limit)
    .offset(slice.skip)
}

export const countClientGrants = async ({ handle }: Database, filter: ClientGrantFilter): Promise<number> => {
  const [row] = await handle.sql
    .select({ count: count() })
    .from(handle.t.clientGrants)
    .where(matchingGrants(handle, filter))
  return row?.count ?? 0
}

/** The clients of the tenant itself that are granted an API in their own name: the newest first. */
export const listPrograms = query<{ audience: string }, { client: Client; scope: string[] }>(
  'list_programs',
  ({ sql, t: { clients: c, clientGrants: g } }) =>
    sql
      .select({ client: c, scope: g.scope })
      .from(g)
      .innerJoin(c, eq(c.clientId, g.clientId))
      .where(and(eq(g.audience, raw.placeholder('audience')), eq(g.subjectType, 'client'), eq(c.isFirstParty, true)))
      .orderBy(desc(c.createdAt), desc(c.clientId)),
)

export const findProgram = async (db: Database, audience: string, clientId: string): Promise<Client | undefined> =>
  (await listPrograms(db, { audience })).find(({ client }) => client.clientId === clientId)?.client

export const deleteClientGrantsExcept = (clientId: string, audiences: string[]) =>
  write(({ sql, t: { clientGrants: g } }) =>
    sql
      .delete(g)
      .where(and(eq(g.clientId, clientId), audiences.length > 0 ? raw`${g.audience} not in ${audiences}` : undefined)),
  )

export const deleteClientGrantsOfAudience = (audience: string) =>
  write(({ sql, t }) => sql.delete(t.clientGrants).where(eq(t.clientGrants.audience, audience)))

export const listClientGrants = (db: Database, clientId: string): Promise<ClientGrant[]> =>
  db.handle.sql.select().from(db.handle.t.clientGrants).where(eq(db.handle.t.clientGrants.clientId, clientId))
