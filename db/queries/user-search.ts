import {
  and,
  asc,
  between,
  count,
  eq,
  gte,
  inArray,
  isNotNull,
  isNull,
  lte,
  notInArray,
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

export type UserFilter = { condition?: UserCondition; connection?: string }

function conditionOf(db: Database, condition: UserCondition): SQL | undefined {
  const { users } = db.handle.t
  if ('all' in condition) return and(...condition.all.map((part) => conditionOf(db, part)))
  if ('any' in condition) return or(...condition.any.map((part) => conditionOf(db, part)))
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
  if ('identity' in condition) return inArray(users.userId, usersOfIdentity(db, condition))
  if ('userId' in condition) return eq(users.userId, condition.userId)
  if ('isBlocked' in condition) return condition.isBlocked ? isNotNull(users.blockedAt) : isNull(users.blockedAt)
  return eq(users.emailVerified, condition.isEmailVerified)
}

function usersOfIdentity({ handle }: Database, { identity, is }: Extract<UserCondition, { identity: string }>) {
  const { identities: i, connections: c } = handle.t
  const ids = handle.sql.select({ userId: i.userId }).from(i)
  if (identity !== 'connection') return ids.where(eq(i[identity], is))
  return ids.where(eq(i.connectionId, handle.sql.select({ id: c.id }).from(c).where(eq(c.name, is))))
}

/** The people of partners and of the tenant are not among the users that programs see. */
function isEndUser({ sql, t: { users, identities: i, connections: c } }: Handle): SQL {
  const areas = sql.select({ id: c.id }).from(c).where(isNotNull(c.area))
  return notInArray(users.userId, sql.select({ userId: i.userId }).from(i).where(inArray(i.connectionId, areas)))
}

const matching = (db: Database, { condition, connection }: UserFilter): SQL | undefined =>
  and(
    isEndUser(db.handle),
    condition && conditionOf(db, condition),
    connection === undefined ? undefined : conditionOf(db, { identity: 'connection', is: connection }),
  )

/** Part of the list of end users. */
export function listUserSlice(db: Database, filter: UserFilter, sort: UserSort, slice: Slice): Promise<User[]> {
  const { users } = db.handle.t
  const order = [users[sort.by], users.userId]
  return db.handle.sql
    .select()
    .from(users)
    .where(and(matching(db, filter), isBehind(order, slice, sort.direction)))
    .orderBy(...sortedBy(order, sort.direction))
    .limit(slice.limit)
    .offset(slice.skip)
}

export async function countFoundUsers(db: Database, filter: UserFilter): Promise<number> {
  const { users } = db.handle.t
  const [row] = await db.handle.sql.select({ count: count() }).from(users).where(matching(db, filter))
  return row?.count ?? 0
}

/** An end user; nobody of partners or of the tenant. */
export async function findEndUser(db: Database, userId: string): Promise<User | undefined> {
  const { users } = db.handle.t
  const [row] = await db.handle.sql
    .select()
    .from(users)
    .where(matching(db, { condition: { userId } }))
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
