import { and, eq, inArray, isNull, sql as raw, type SQL } from 'drizzle-orm'
import type { Database } from '../database'
import type { Connection } from './connections'
import type { Identity, User } from './users'

/** How an end user is known to a connection; the people of the portal and of the owners' area are none. */
export type AccountIdentity = { identity: Identity; user: User; connection: Connection }

const accountIdentities = ({ handle: { sql, t } }: Database, condition: SQL | undefined): Promise<AccountIdentity[]> =>
  sql
    .select({ identity: t.identities, user: t.users, connection: t.connections })
    .from(t.identities)
    .innerJoin(t.users, eq(t.users.userId, t.identities.userId))
    .innerJoin(t.connections, eq(t.connections.id, t.identities.connectionId))
    .where(and(condition, isNull(t.connections.area)))
    .orderBy(raw`coalesce(${t.identities.linkedAt}, 0)`, t.identities.createdAt)

/** An end user's identities, the main one first; none for anybody else. */
export const listIdentitiesOfUser = (db: Database, userId: string) =>
  accountIdentities(db, eq(db.handle.t.identities.userId, userId))

/** Whom the connections of end users know by a login, which is in lower case. */
export const listIdentitiesByLogin = (db: Database, login: string) => {
  const { identities, connections } = db.handle.t
  const all = db.handle.sql.select({ id: connections.id }).from(connections).where(isNull(connections.area))
  return accountIdentities(db, and(inArray(identities.connectionId, all), eq(identities.login, login)))
}
