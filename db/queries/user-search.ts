import {
  and,
  asc,
  between,
  count,
  countDistinct,
  eq,
  exists,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  lte,
  notExists,
  or,
  type SQL,
} from 'drizzle-orm'
import type { Database, Handle } from '../database'
import { isBehind, type Slice, sortedBy } from './keyset'
import { isText, startsWith } from './text-search'
import type { Identity, User } from './users'

const TEXTS = ['email', 'name', 'nickname', 'givenName', 'familyName'] as const
const NUMBERS = ['createdAt', 'updatedAt', 'lastLoginAt', 'loginsCount'] as const
const IDENTITY_TEXTS = ['connection', 'provider', 'providerUserId'] as const

/** What people are searched by; each leaf is answered by an index. */
export type UserCondition =
  | { all: UserCondition[] }
  | { any: UserCondition[] }
  | { text: (typeof TEXTS)[number]; is?: string; startsWith?: string }
  | { number: (typeof NUMBERS)[number]; from?: number; to?: number }
  | { identity: (typeof IDENTITY_TEXTS)[number]; is: string }
  | { userId: string }
  | { isBlocked: boolean }
  | { isEmailVerified: boolean }

export type UserSort = { by: 'createdAt' | 'updatedAt' | 'name' | 'loginsCount'; direction: 'ascending' | 'descending' }

/** End users, or the people of one of the program's own areas. */
export type UserFilter = { condition?: UserCondition; connection?: string; area?: 'portal' | 'admin' }

/**
 * How many people a connection may have for a page of them to be looked up and sorted. Of a connection with more, a page
 * is found on a walk through the list, which meets them often.
 */
const FEW = 5000

async function conditionOf(db: Database, condition: UserCondition): Promise<SQL | undefined> {
  const { users } = db.handle.t
  if ('all' in condition) return and(...(await Promise.all(condition.all.map((part) => conditionOf(db, part)))))
  if ('any' in condition) return or(...(await Promise.all(condition.any.map((part) => conditionOf(db, part)))))
  if ('text' in condition) {
    const column = users[condition.text]
    if (condition.is !== undefined) return isText(column, condition.is)
    return startsWith(db, column, condition.startsWith ?? '')
  }
  if ('number' in condition) {
    const column = users[condition.number]
    const { from, to } = condition
    if (from !== undefined && to !== undefined) return between(column, from, to)
    return from === undefined ? (to === undefined ? isNotNull(column) : lte(column, to)) : gte(column, from)
  }
  if ('identity' in condition) return hasIdentity(db, condition)
  if ('userId' in condition) return eq(users.userId, condition.userId)
  if ('isBlocked' in condition) return condition.isBlocked ? isNotNull(users.blockedAt) : isNull(users.blockedAt)
  return eq(users.emailVerified, condition.isEmailVerified)
}

type IdentityCondition = { identity: (typeof IDENTITY_TEXTS)[number] | 'area'; is: string }

async function hasIdentity({ handle: { sql, t } }: Database, { identity, is }: IdentityCondition): Promise<SQL> {
  const { users, identities: i, connections: c } = t
  const peopleWith = (which: SQL) => inArray(users.userId, sql.select({ userId: i.userId }).from(i).where(which))
  if (identity === 'providerUserId') return peopleWith(eq(i.providerUserId, is))
  const connections = await sql
    .select({ id: c.id })
    .from(c)
    .where(eq({ connection: c.name, provider: c.strategy, area: c.area }[identity], is))
  const isThere = inArray(
    i.connectionId,
    connections.map(({ id }) => id),
  )
  const some = sql
    .select({ id: i.id })
    .from(i)
    .where(isThere)
    .limit(FEW + 1)
    .as('some')
  const [found] = await sql.select({ count: count() }).from(some)
  if ((found?.count ?? 0) <= FEW) return peopleWith(isThere)
  return exists(
    sql
      .select({ id: i.id })
      .from(i)
      .where(and(eq(i.userId, users.userId), isThere)),
  )
}

/** The people of partners and of the tenant are not among the users that programs see, nor those that are being deleted. */
function isEndUser({ sql, t: { users, identities: i, connections: c } }: Handle): SQL {
  return notExists(
    sql
      .select({ id: i.id })
      .from(i)
      .innerJoin(c, eq(c.id, i.connectionId))
      .where(and(eq(i.userId, users.userId), isNull(i.linkedAt), isNotNull(c.area))),
  )
}

const matching = async (db: Database, { condition, connection, area }: UserFilter): Promise<SQL | undefined> =>
  and(
    area ? await hasIdentity(db, { identity: 'area', is: area }) : isEndUser(db.handle),
    condition && (await conditionOf(db, condition)),
    connection === undefined ? undefined : await hasIdentity(db, { identity: 'connection', is: connection }),
  )

/** Part of the list of people, as a query. */
export async function userSlice(db: Database, filter: UserFilter, sort: UserSort, slice: Slice) {
  const { users } = db.handle.t
  const order = [users[sort.by], users.userId]
  const where = and(await matching(db, filter), isBehind(order, slice, sort.direction))
  // In an object, for else the promise would be of its rows.
  return {
    query: db.handle.sql
      .select()
      .from(users)
      .where(where)
      .orderBy(...sortedBy(order, sort.direction))
      .limit(slice.limit)
      .offset(slice.skip),
  }
}

/** Part of the list of people. */
export const listUserSlice = async (...asked: Parameters<typeof userSlice>): Promise<User[]> =>
  (await userSlice(...asked)).query

export async function countFoundUsers(db: Database, filter: UserFilter): Promise<number> {
  const { sql, t } = db.handle
  const isEverybody = Object.values(filter).every((value) => value === undefined)
  if (isEverybody) return countEndUsers(db)
  const [row] = await sql
    .select({ count: count() })
    .from(t.users)
    .where(await matching(db, filter))
  return row?.count ?? 0
}

/**
 * All people without the few of the program's own areas.
 * @param activeSince only those who have signed in after this
 */
export async function countEndUsers({ handle }: Database, activeSince?: number): Promise<number> {
  const { users: u, identities: i, connections: c } = handle.t
  const isCounted = activeSince === undefined ? undefined : gt(u.lastLoginAt, activeSince)
  const areas = handle.sql.select({ id: c.id }).from(c).where(isNotNull(c.area))
  const [all] = await handle.sql.select({ count: count() }).from(u).where(isCounted)
  const [others] = await handle.sql
    .select({ count: countDistinct(i.userId) })
    .from(i)
    .innerJoin(u, eq(u.userId, i.userId))
    .where(and(inArray(i.connectionId, areas), isCounted))
  return (all?.count ?? 0) - (others?.count ?? 0)
}

/** An end user; nobody of partners or of the tenant. */
export async function findEndUser(db: Database, userId: string): Promise<User | undefined> {
  const { users } = db.handle.t
  const [row] = await db.handle.sql
    .select()
    .from(users)
    .where(await matching(db, { condition: { userId } }))
  return row
}

export type NamedIdentity = { identity: Identity; connection: string; strategy: string }

/** The identities of some people, each person's main one first. */
export async function listIdentitiesOf({ handle }: Database, userIds: string[]): Promise<NamedIdentity[]> {
  const { identities: i, connections: c } = handle.t
  if (userIds.length === 0) return []
  const rows = await handle.sql
    .select({ identity: i, connection: c.name, strategy: c.strategy })
    .from(i)
    .innerJoin(c, eq(c.id, i.connectionId))
    .where(inArray(i.userId, userIds))
    .orderBy(asc(i.createdAt))
  const isLinked = ({ identity }: NamedIdentity) => (identity.profile === null ? 0 : 1)
  return rows.sort((a, b) => isLinked(a) - isLinked(b))
}
