import {
  and,
  count,
  eq,
  exists,
  gt,
  inArray,
  isNotNull,
  isNull,
  lte,
  notExists,
  or,
  type Placeholder,
  sql as raw,
} from 'drizzle-orm'
import { type Database, type Handle, query, statement, write } from '../database'
import { held, placeholder, rowPlaceholders } from './placeholders'

export type User = Handle['t']['users']['$inferSelect']
export type Identity = Handle['t']['identities']['$inferSelect']
export type { IdentityProfile } from '../schema/tables/users'
export type Ticket = Handle['t']['tickets']['$inferSelect']

const byId = query<{ userId: string }, User>('find_user', ({ sql, t }) =>
  sql
    .select()
    .from(t.users)
    .where(eq(t.users.userId, raw.placeholder('userId'))),
)
export const findUser = async (db: Database, userId: string) => (await byId(db, { userId }))[0]

/** The person whom one of the connections knows by this login, which is in lower case. */
export async function findUserByLogin(db: Database, connectionIds: string[], login: string) {
  if (connectionIds.length === 0) return undefined
  const { users, identities } = db.handle.t
  const [row] = await db.handle.sql
    .select({ user: users, identity: identities })
    .from(identities)
    .innerJoin(users, eq(users.userId, identities.userId))
    .where(and(inArray(identities.connectionId, connectionIds), eq(identities.login, login)))
    .orderBy(identities.createdAt)
    .limit(1)
  return row
}

/** The ways in which a person signs in: the main one first, then those that were linked to it. */
export const listIdentities = query<{ userId: string }, Identity>('list_identities', ({ sql, t }) =>
  sql
    .select()
    .from(t.identities)
    .where(eq(t.identities.userId, raw.placeholder('userId')))
    .orderBy(raw`coalesce(${t.identities.linkedAt}, 0)`, t.identities.createdAt),
)

const byProvider = query<
  { connectionId: string; providerUserId: string; issuer: string | null },
  { user: User; identity: Identity }
>('find_user_by_identity', ({ sql, t: { users, identities: i } }) =>
  sql
    .select({ user: users, identity: i })
    .from(i)
    .innerJoin(users, eq(users.userId, i.userId))
    .where(
      and(
        eq(i.connectionId, raw.placeholder('connectionId')),
        eq(i.providerUserId, raw.placeholder('providerUserId')),
        or(isNull(i.issuer), eq(i.issuer, raw.placeholder('issuer'))),
      ),
    ),
)
/** The person whom a connection knows by this id, if it is of that issuer. */
export const findUserByIdentity = async (
  db: Database,
  connectionId: string,
  { issuer, providerUserId }: Pick<Identity, 'issuer' | 'providerUserId'>,
) => (await byProvider(db, { connectionId, providerUserId, issuer }))[0]

/** Writes down the issuer of a connection's people: of all of them, or of those of whom none is kept yet. */
export const setIssuer = (connectionId: string, issuer: string | null, of: 'all' | 'unknown') =>
  write(({ sql, t: { identities: i } }) =>
    sql
      .update(i)
      .set({ issuer })
      .where(and(eq(i.connectionId, connectionId), of === 'all' ? undefined : isNull(i.issuer))),
  )

/**
 * Keeps others from changing who a person is until the transaction ends. Touches no row when the person is gone or, in
 * the meantime, blocked, or when they have an address that nobody has proved.
 * @param options.isUnused only as long as nobody has signed in to the account or changed it
 */
export const lockProvenUser = (userId: string, at: number, { isUnused = false }: { isUnused?: boolean } = {}) =>
  write(({ sql, t: { users } }) =>
    sql
      .update(users)
      .set({ updatedAt: at })
      .where(
        and(
          eq(users.userId, userId),
          isNull(users.blockedAt),
          or(isNull(users.email), eq(users.emailVerified, true)),
          isUnused ? and(eq(users.loginsCount, 0), eq(users.updatedAt, users.createdAt)) : undefined,
        ),
      ),
  )

/**
 * Has everybody else who is about to change what a person has wait for the end of the transaction: the first step of
 * whatever ends all of a kind and then adds one, so that the one is the only one.
 */
export const holdUser = (userId: string) =>
  write(({ sql, t: { users } }) =>
    sql.update(users).set({ updatedAt: users.updatedAt }).where(eq(users.userId, userId)),
  )

/**
 * As `holdUser`, for what is begun with a credential of the person. Touches no row when they are gone, blocked, or when all
 * that they were signed in with has ended since they were read.
 */
export const holdSignedInUser = statement<{ userId: string; credentialEpoch: number }>(
  'hold_signed_in_user',
  ({ sql, t: { users } }) =>
    held(
      sql
        .select({ userId: users.userId })
        .from(users)
        .where(
          and(
            eq(users.userId, raw.placeholder('userId')),
            eq(users.credentialEpoch, raw.placeholder('credentialEpoch')),
            isNull(users.blockedAt),
          ),
        ),
    ),
)

/** Ends what is being begun with a credential of the person: the first step of whatever ends what was begun. */
export const beginCredentialEpoch = (userId: string) =>
  write(({ sql, t: { users } }) =>
    sql
      .update(users)
      .set({ credentialEpoch: raw`${users.credentialEpoch} + 1` })
      .where(eq(users.userId, userId)),
  )

/** As `holdUser`; touches no row once the person's address is proved. */
export const holdUnprovenUser = (userId: string) =>
  write(({ sql, t: { users } }) =>
    sql
      .update(users)
      .set({ updatedAt: users.updatedAt })
      .where(and(eq(users.userId, userId), eq(users.emailVerified, false))),
  )

/** Deletes a person whose address nobody has proved; touches no row once somebody has. */
export const deleteUnprovenUser = (userId: string) =>
  write(({ sql, t: { users } }) =>
    sql.delete(users).where(and(eq(users.userId, userId), eq(users.emailVerified, false))),
  )

/** Deletes what was linked to a person's main identity. */
export const deleteIdentitiesLinkedTo = (userId: string) =>
  write(({ sql, t: { identities: i } }) => sql.delete(i).where(and(eq(i.userId, userId), isNotNull(i.linkedAt))))

/** Nobody gets in by a password of this person any more. */
export const clearPasswordHashes = (userId: string) =>
  write(({ sql, t: { identities: i } }) => sql.update(i).set({ passwordHash: null }).where(eq(i.userId, userId)))

/** Gives an identity to another person, as their main one or a linked one; touches no row unless it is `from`'s. */
export const moveIdentity = (
  { id, userId: from }: Pick<Identity, 'id' | 'userId'>,
  to: string,
  as: Pick<Identity, 'profile' | 'linkedAt'>,
) =>
  write(({ sql, t: { identities: i } }) =>
    sql
      .update(i)
      .set({ userId: to, ...as })
      .where(and(eq(i.id, id), eq(i.userId, from))),
  )

/** Touches no row while the person has an identity. */
export const deleteUserWithoutIdentity = (userId: string) =>
  write(({ sql, t: { users, identities: i } }) =>
    sql
      .delete(users)
      .where(and(eq(users.userId, userId), notExists(sql.select({ id: i.id }).from(i).where(eq(i.userId, userId))))),
  )

/** Some of those whose main identity a connection has. */
export async function listPeopleOfConnection(db: Database, connectionId: string, limit: number): Promise<User[]> {
  const { users, identities: i } = db.handle.t
  const rows = await db.handle.sql
    .select({ user: users })
    .from(i)
    .innerJoin(users, eq(users.userId, i.userId))
    .where(and(eq(i.connectionId, connectionId), isNull(i.linkedAt)))
    .limit(limit)
  return rows.map(({ user }) => user)
}

export async function countPeopleOfConnection({ handle }: Database, connectionId: string): Promise<number> {
  const { identities: i } = handle.t
  const [row] = await handle.sql.select({ count: count() }).from(i).where(eq(i.connectionId, connectionId))
  return row?.count ?? 0
}

/** Deletes some of the identities of a connection that were linked to accounts of others. */
export const deleteLinkedIdentities = (connectionId: string, limit: number) =>
  write(({ sql, t: { identities: i } }) =>
    sql.delete(i).where(
      inArray(
        i.id,
        sql
          .select({ id: i.id })
          .from(i)
          .where(and(eq(i.connectionId, connectionId), isNotNull(i.linkedAt)))
          .limit(limit),
      ),
    ),
  )

export const updateIdentity = (identityId: string, change: Partial<Identity>) =>
  write(({ sql, t }) => sql.update(t.identities).set(change).where(eq(t.identities.id, identityId)))

export const insertUser = statement<User>('insert_user', ({ sql, t }) =>
  sql.insert(t.users).values(rowPlaceholders(t.users)).onConflictDoNothing(),
)

/** Touches no row when the connection has this login already. */
export const insertIdentity = statement<Identity>('insert_identity', ({ sql, t }) =>
  sql.insert(t.identities).values(rowPlaceholders(t.identities)).onConflictDoNothing(),
)

export const updateUser = (userId: string, change: Partial<User>) =>
  write(({ sql, t }) => sql.update(t.users).set(change).where(eq(t.users.userId, userId)))

export const countLogin = statement<{ userId: string; at: number; ip: string | null }>('count_login', ({ sql, t }) =>
  sql
    .update(t.users)
    .set({
      lastLoginAt: placeholder('at'),
      lastIp: placeholder('ip'),
      loginsCount: raw`${t.users.loginsCount} + 1`,
    })
    .where(eq(t.users.userId, raw.placeholder('userId'))),
)

export const setPasswordHash = (identityId: string, passwordHash: string) =>
  write(({ sql, t }) => sql.update(t.identities).set({ passwordHash }).where(eq(t.identities.id, identityId)))

/** Touches no row when the password was changed meanwhile. */
export const replacePasswordHash = (identityId: string, before: string, passwordHash: string) =>
  write(({ sql, t: { identities: i } }) =>
    sql
      .update(i)
      .set({ passwordHash })
      .where(and(eq(i.id, identityId), eq(i.passwordHash, before))),
  )

const ticketByHash = query<{ ticketHash: string; purpose: Ticket['purpose'] }, Ticket>('find_ticket', ({ sql, t }) =>
  sql
    .select()
    .from(t.tickets)
    .where(
      and(eq(t.tickets.ticketHash, raw.placeholder('ticketHash')), eq(t.tickets.purpose, raw.placeholder('purpose'))),
    ),
)
/** A ticket, whatever its state. */
export const findTicket = async (db: Database, purpose: Ticket['purpose'], ticketHash: string) =>
  (await ticketByHash(db, { ticketHash, purpose }))[0]

/**
 * What makes a ticket work: it was not used, has not expired, and its person is not blocked and has the password of when
 * it was made. Only a link that proves an address may be older than the password.
 */
const isLive = ({ sql, t: { tickets, users } }: Handle, at: number | Placeholder) => {
  const person = sql
    .select({ id: users.userId })
    .from(users)
    .where(
      and(
        eq(users.userId, tickets.userId),
        isNull(users.blockedAt),
        or(
          eq(tickets.purpose, 'verify-email'),
          isNull(users.passwordChangedAt),
          lte(users.passwordChangedAt, tickets.createdAt),
        ),
      ),
    )
  return and(isNull(tickets.usedAt), gt(tickets.expiresAt, at), or(isNull(tickets.userId), exists(person)))
}

const liveTicketByHash = query<{ ticketHash: string; purpose: Ticket['purpose']; now: number }, Ticket>(
  'find_live_ticket',
  (handle) => {
    const { tickets } = handle.t
    return handle.sql
      .select()
      .from(tickets)
      .where(
        and(
          eq(tickets.ticketHash, raw.placeholder('ticketHash')),
          eq(tickets.purpose, raw.placeholder('purpose')),
          isLive(handle, raw.placeholder('now')),
        ),
      )
  },
)
/** A ticket that works. */
export const findLiveTicket = async (db: Database, purpose: Ticket['purpose'], ticketHash: string, now: number) =>
  (await liveTicketByHash(db, { ticketHash, purpose, now }))[0]

export const insertTicket = statement<Ticket>('insert_ticket', ({ sql, t }) =>
  sql.insert(t.tickets).values(rowPlaceholders(t.tickets)),
)

/** Uses a ticket up; touches no row when it does not work. */
export const redeemTicket = (purpose: Ticket['purpose'], ticketHash: string, at: number) =>
  write((handle) => {
    const { tickets } = handle.t
    return handle.sql
      .update(tickets)
      .set({ usedAt: at })
      .where(and(eq(tickets.ticketHash, ticketHash), eq(tickets.purpose, purpose), isLive(handle, at)))
  })

/** Ends the unused tickets of a purpose that a person has: only the newest link works. */
export const cancelTickets = (purpose: Ticket['purpose'], userId: string, at: number) =>
  write(({ sql, t }) =>
    sql
      .update(t.tickets)
      .set({ usedAt: at })
      .where(and(eq(t.tickets.userId, userId), eq(t.tickets.purpose, purpose), isNull(t.tickets.usedAt))),
  )

/** Ends every unused ticket of a purpose, whoever it is for. */
export const cancelTicketsOf = (purpose: Ticket['purpose'], at: number) =>
  write(({ sql, t }) =>
    sql
      .update(t.tickets)
      .set({ usedAt: at })
      .where(and(eq(t.tickets.purpose, purpose), isNull(t.tickets.usedAt))),
  )

/** Touches no row when the person is blocked already. */
export const blockUser = (userId: string, at: number) =>
  write(({ sql, t }) =>
    sql
      .update(t.users)
      .set({ blockedAt: at, updatedAt: at })
      .where(and(eq(t.users.userId, userId), isNull(t.users.blockedAt))),
  )

/** Touches no row when the person is not blocked. */
export const unblockUser = (userId: string, at: number) =>
  write(({ sql, t }) =>
    sql
      .update(t.users)
      .set({ blockedAt: null, updatedAt: at })
      .where(and(eq(t.users.userId, userId), isNotNull(t.users.blockedAt))),
  )

/** The people of these ids, in no order. */
export const listUsersById = async (db: Database, userIds: string[]): Promise<User[]> =>
  userIds.length === 0
    ? []
    : db.handle.sql.select().from(db.handle.t.users).where(inArray(db.handle.t.users.userId, userIds))

/** How many people the connections know. */
export const countUsersOf = async (db: Database, connectionIds: string[]): Promise<number> => {
  if (connectionIds.length === 0) return 0
  const { identities } = db.handle.t
  const [row] = await db.handle.sql
    .select({ count: raw<number>`count(distinct ${identities.userId})`.mapWith(Number) })
    .from(identities)
    .where(inArray(identities.connectionId, connectionIds))
  return row?.count ?? 0
}

export const deleteUser = (userId: string) =>
  write(({ sql, t }) => sql.delete(t.users).where(eq(t.users.userId, userId)))

/** Changes a person as they were when `updatedAt` was read; touches no row when they were changed since. */
export const updateUnchangedUser = ({ userId, updatedAt }: Pick<User, 'userId' | 'updatedAt'>, change: Partial<User>) =>
  write(({ sql, t: { users } }) =>
    sql
      .update(users)
      .set(change)
      .where(and(eq(users.userId, userId), eq(users.updatedAt, updatedAt))),
  )

/** Gives an identity another login; touches no row when the connection knows somebody by it. */
export const changeLogin = ({ id, connectionId }: Pick<Identity, 'id' | 'connectionId'>, login: string) =>
  write(({ sql, t: { identities: i } }) =>
    sql
      .update(i)
      .set({ login })
      .where(
        and(
          eq(i.id, id),
          raw`not exists (select 1 from ${i} other where other.connection_id = ${connectionId} and other.login = ${login} and other.id <> ${id})`,
        ),
      ),
  )

/** Whether an account is one of a database of ours: there, an address that is confirmed was proven here. */
export async function isOfDatabase(db: Database, userId: string): Promise<boolean> {
  const { identities, connections } = db.handle.t
  const [found] = await db.handle.sql
    .select({ id: identities.id })
    .from(identities)
    .innerJoin(connections, eq(connections.id, identities.connectionId))
    .where(and(eq(identities.userId, userId), isNull(identities.linkedAt), eq(connections.strategy, 'auth0')))
  return found !== undefined
}
