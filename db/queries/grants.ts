import { and, countDistinct, desc, eq, gt, isNotNull, isNull, lte, ne, or, sql as raw } from 'drizzle-orm'
import { type Database, type Handle, query, statement, write } from '../database'
import type { Presentation } from '../schema/tables/grants'
import type { Client } from './clients'
import { isBehind, type Slice, sortedBy } from './keyset'
import { placeholder, rowPlaceholders } from './placeholders'
import type { Session } from './sessions'
import type { User } from './users'

export type {
  DeviceRequest,
  Presentation,
  RedirectedRequest,
  StoredAuthorizationRequest,
} from '../schema/tables/grants'

export type Grant = Handle['t']['grants']['$inferSelect']
export type AuthorizationRequestRow = Handle['t']['authorizationRequests']['$inferSelect']
export type PushedRequest = Handle['t']['pushedRequests']['$inferSelect']
export type AuthorizationCode = Handle['t']['authorizationCodes']['$inferSelect']
export type DeviceCode = Handle['t']['deviceCodes']['$inferSelect']

const grantOf = query<{ userId: string; clientId: string; audience: string }, Grant>(
  'find_grant',
  ({ sql, t: { grants: g } }) =>
    sql
      .select()
      .from(g)
      .where(
        and(
          eq(g.userId, raw.placeholder('userId')),
          eq(g.clientId, raw.placeholder('clientId')),
          eq(g.audience, raw.placeholder('audience')),
        ),
      ),
)
export const findGrant = async (db: Database, userId: string, clientId: string, audience: string) =>
  (await grantOf(db, { userId, clientId, audience }))[0]

const grantById = query<{ id: string }, Grant>('find_grant_by_id', ({ sql, t }) =>
  sql
    .select()
    .from(t.grants)
    .where(eq(t.grants.id, raw.placeholder('id'))),
)
export const findGrantById = async (db: Database, id: string) => (await grantById(db, { id }))[0]

/** What a person has allowed, and to whom; the newest first. */
export const listGrantsOfUser = (db: Database, userId: string): Promise<{ grant: Grant; client: Client }[]> => {
  const { grants, clients } = db.handle.t
  return db.handle.sql
    .select({ grant: grants, client: clients })
    .from(grants)
    .innerJoin(clients, eq(clients.clientId, grants.clientId))
    .where(eq(grants.userId, userId))
    .orderBy(desc(grants.createdAt))
}

export type GrantFilter = { userId?: string; clientId?: string; audience?: string }

const matching = ({ t: { grants: g } }: Handle, { userId, clientId, audience }: GrantFilter) =>
  and(
    userId === undefined ? undefined : eq(g.userId, userId),
    clientId === undefined ? undefined : eq(g.clientId, clientId),
    audience === undefined ? undefined : eq(g.audience, audience),
  )

/** Part of what people have allowed, by id. */
export const listGrantSlice = ({ handle }: Database, filter: GrantFilter, slice: Slice): Promise<Grant[]> => {
  const { grants: g } = handle.t
  return handle.sql
    .select()
    .from(g)
    .where(and(matching(handle, filter), isBehind([g.id], slice)))
    .orderBy(...sortedBy([g.id]))
    .limit(slice.limit)
    .offset(slice.skip)
}

export const countGrants = ({ handle }: Database, filter: GrantFilter): Promise<number> =>
  handle.sql.$count(handle.t.grants, matching(handle, filter))

/** How many people let a client in; some have given it several consents. */
export async function countPeopleOfClient({ handle: { sql, t } }: Database, clientId: string): Promise<number> {
  const [row] = await sql
    .select({ count: countDistinct(t.grants.userId) })
    .from(t.grants)
    .where(eq(t.grants.clientId, clientId))
  return row?.count ?? 0
}

/** Stores what a person allows a client, as it looks now. */
export const upsertGrant = (grant: Omit<Grant, 'presentedAs'>) =>
  write(({ sql, t: { grants: g } }) =>
    sql
      .insert(g)
      .values(grant)
      .onConflictDoUpdate({
        target: [g.userId, g.clientId, g.audience],
        set: { scope: grant.scope, updatedAt: grant.updatedAt, presentedAs: null },
      }),
  )

/** Keeps with a client's grants how it looked until now; a grant keeps the look that its person saw. */
export const keepPresentation = (clientId: string, presentedAs: Presentation) =>
  write(({ sql, t: { grants: g } }) =>
    sql
      .update(g)
      .set({ presentedAs })
      .where(and(eq(g.clientId, clientId), isNull(g.presentedAs))),
  )

/** Touches no row when somebody else has made one for the same person, client and audience. */
export const insertGrant = (grant: Grant) =>
  write(({ sql, t: { grants: g } }) => sql.insert(g).values(grant).onConflictDoNothing())

/** Replaces the scope of a grant as it was read; touches no row when it was changed or taken back since. */
export const updateGrantScope = (before: Grant, change: Pick<Grant, 'scope' | 'updatedAt'>) =>
  write(({ sql, t: { grants: g } }) =>
    sql
      .update(g)
      .set({ ...change, presentedAs: null })
      .where(and(eq(g.id, before.id), eq(g.updatedAt, before.updatedAt))),
  )

/** Notes a use; touches no row when the grant was taken back. */
export const touchGrant = statement<{ id: string; at: number }>('touch_grant', ({ sql, t }) =>
  sql
    .update(t.grants)
    .set({ lastUsedAt: placeholder('at') })
    .where(eq(t.grants.id, raw.placeholder('id'))),
)

/** Touches no row unless the grant is this person's. */
export const deleteGrant = (userId: string, grantId: string) =>
  write(({ sql, t }) => sql.delete(t.grants).where(and(eq(t.grants.id, grantId), eq(t.grants.userId, userId))))

const requestById = query<{ id: string; now: number }, AuthorizationRequestRow>(
  'find_authorization_request',
  ({ sql, t: { authorizationRequests: r } }) =>
    sql
      .select()
      .from(r)
      .where(and(eq(r.id, raw.placeholder('id')), isNull(r.completedAt), gt(r.expiresAt, raw.placeholder('now')))),
)
/** A request that still waits, in whatever browser. */
export const findAuthorizationRequest = async (db: Database, id: string, now: number) =>
  (await requestById(db, { id, now }))[0]

export const insertAuthorizationRequest = statement<AuthorizationRequestRow>(
  'insert_authorization_request',
  ({ sql, t }) => sql.insert(t.authorizationRequests).values(rowPlaceholders(t.authorizationRequests)),
)

/** Records a person's answer; touches no row when they have given one, or the request was refused or completed. */
export const answerAuthorizationRequest = (
  id: string,
  userId: string | undefined,
  answer: Pick<AuthorizationRequestRow, 'consentedScope' | 'consentedBy'> | { deniedAt: number },
) =>
  write(({ sql, t: { authorizationRequests: r } }) =>
    sql
      .update(r)
      .set(answer)
      .where(
        and(
          eq(r.id, id),
          isNull(r.completedAt),
          or(isNull(r.consentedBy), userId === undefined ? undefined : ne(r.consentedBy, userId)),
          isNull(r.deniedAt),
        ),
      ),
  )

/** Changes a request that still waits; touches no row when it was completed. */
export const updateAuthorizationRequest = (id: string, change: Partial<AuthorizationRequestRow>) =>
  write(({ sql, t: { authorizationRequests: r } }) =>
    sql
      .update(r)
      .set(change)
      .where(and(eq(r.id, id), isNull(r.completedAt))),
  )

export const insertAuthorizationCode = statement<AuthorizationCode>('insert_authorization_code', ({ sql, t }) =>
  sql.insert(t.authorizationCodes).values(rowPlaceholders(t.authorizationCodes)),
)

/** A code and what it rests on, each row as it is now; no session when that has ended, no grant when it was taken back. */
export type CodeWithParties = {
  code: AuthorizationCode
  user: User
  session: Pick<Session, 'id' | 'connectionId'> | null
  grant: Grant | null
}

const codeByHash = query<{ codeHash: string; now: number }, CodeWithParties>(
  'find_authorization_code',
  ({ sql, t: { authorizationCodes: c, users, sessions: s, grants: g } }) =>
    sql
      .select({ code: c, user: users, session: { id: s.id, connectionId: s.connectionId }, grant: g })
      .from(c)
      .innerJoin(users, eq(users.userId, c.userId))
      .leftJoin(s, and(eq(s.id, c.sessionId), isNull(s.endedAt), gt(s.expiresAt, raw.placeholder('now'))))
      .leftJoin(g, eq(g.id, c.grantId))
      .where(eq(c.codeHash, raw.placeholder('codeHash'))),
)
export const findAuthorizationCode = async (db: Database, codeHash: string, now: number) =>
  (await codeByHash(db, { codeHash, now }))[0]

/** Redeems a code; touches no row when it was redeemed or has expired. */
export const redeemAuthorizationCode = statement<{ codeHash: string; at: number }>(
  'redeem_authorization_code',
  ({ sql, t: { authorizationCodes: c } }) =>
    sql
      .update(c)
      .set({ redeemedAt: placeholder('at') })
      .where(
        and(eq(c.codeHash, raw.placeholder('codeHash')), isNull(c.redeemedAt), gt(c.expiresAt, raw.placeholder('at'))),
      ),
)

export const insertPushedRequest = statement<PushedRequest>('insert_pushed_request', ({ sql, t }) =>
  sql.insert(t.pushedRequests).values(rowPlaceholders(t.pushedRequests)),
)

const pushedByHash = query<{ hash: string }, PushedRequest>('find_pushed_request', ({ sql, t }) =>
  sql
    .select()
    .from(t.pushedRequests)
    .where(eq(t.pushedRequests.requestUriHash, raw.placeholder('hash'))),
)
export const findPushedRequest = async (db: Database, hash: string) => (await pushedByHash(db, { hash }))[0]

/** Uses a pushed request up; touches no row when it was. That it has not expired was seen when the browser came. */
export const redeemPushedRequest = statement<{ hash: string; at: number }>(
  'redeem_pushed_request',
  ({ sql, t: { pushedRequests: r } }) =>
    sql
      .update(r)
      .set({ usedAt: placeholder('at') })
      .where(and(eq(r.requestUriHash, raw.placeholder('hash')), isNull(r.usedAt))),
)

export const countGrantsOfAudience = (db: Database, audience: string): Promise<number> =>
  db.handle.sql.$count(db.handle.t.grants, eq(db.handle.t.grants.audience, audience))

/** Ends what everybody allowed of one audience. */
export const deleteGrantsOfAudience = (audience: string) =>
  write(({ sql, t }) => sql.delete(t.grants).where(eq(t.grants.audience, audience)))

/** Deletes the codes of a client that are not redeemed. */
export const deleteOpenCodes = (clientId: string) =>
  write(({ sql, t: { authorizationCodes: c } }) =>
    sql.delete(c).where(and(eq(c.clientId, clientId), isNull(c.redeemedAt))),
  )

/** Deletes the device codes of a client that are not redeemed. */
export const deleteOpenDeviceCodes = (clientId: string) =>
  write(({ sql, t: { deviceCodes: d } }) => sql.delete(d).where(and(eq(d.clientId, clientId), isNull(d.redeemedAt))))

/** Ends what everybody has let a client have. */
export const deleteGrantsOfClient = (clientId: string) =>
  write(({ sql, t }) => sql.delete(t.grants).where(eq(t.grants.clientId, clientId)))

/** Ends all that a person has allowed; touches no row where there is nothing. */
export const deleteGrantsOfUser = (userId: string) =>
  write(({ sql, t }) => sql.delete(t.grants).where(eq(t.grants.userId, userId)))

/** Ends all that a person has let a client have; touches no row where there is nothing. */
export const deleteGrantsOfUserForClient = (userId: string, clientId: string) =>
  write(({ sql, t: { grants: g } }) => sql.delete(g).where(and(eq(g.userId, userId), eq(g.clientId, clientId))))

export const insertDeviceCode = statement<DeviceCode>('insert_device_code', ({ sql, t }) =>
  sql.insert(t.deviceCodes).values(rowPlaceholders(t.deviceCodes)),
)

const deviceByHash = query<{ hash: string }, DeviceCode>('find_device_code', ({ sql, t: { deviceCodes: d } }) =>
  sql
    .select()
    .from(d)
    .where(eq(d.deviceCodeHash, raw.placeholder('hash'))),
)
/** A device's request, whatever its state. */
export const findDeviceCode = async (db: Database, hash: string) => (await deviceByHash(db, { hash }))[0]

const deviceByUserCode = query<{ hash: string; now: number }, DeviceCode>(
  'find_device_by_user_code',
  ({ sql, t: { deviceCodes: d } }) =>
    sql
      .select()
      .from(d)
      .where(
        and(
          eq(d.userCodeHash, raw.placeholder('hash')),
          gt(d.expiresAt, raw.placeholder('now')),
          isNull(d.allowedAt),
          isNull(d.deniedAt),
        ),
      ),
)
/** A device's request that waits for a person to type its user code. */
export const findWaitingDevice = async (db: Database, userCodeHash: string, now: number) =>
  (await deviceByUserCode(db, { hash: userCodeHash, now }))[0]

/** Records the person's answer; touches no row when the request was answered, or has ended. */
export const answerDeviceCode = (
  hash: string,
  answer:
    | Pick<DeviceCode, 'allowedBy' | 'allowedScope' | 'allowedAt' | 'grantId' | 'connectionId' | 'authTime' | 'amr'>
    | { deniedAt: number },
  now: number,
) =>
  write(({ sql, t: { deviceCodes: d } }) =>
    sql
      .update(d)
      .set(answer)
      .where(and(eq(d.deviceCodeHash, hash), isNull(d.allowedAt), isNull(d.deniedAt), gt(d.expiresAt, now))),
  )

/** Notes a poll; touches no row when the one before was less than the interval ago. */
export const notePoll = ({ deviceCodeHash, interval }: DeviceCode, at: number) =>
  write(({ sql, t: { deviceCodes: d } }) =>
    sql
      .update(d)
      .set({ lastPolledAt: at })
      .where(
        and(
          eq(d.deviceCodeHash, deviceCodeHash),
          or(isNull(d.lastPolledAt), lte(d.lastPolledAt, at - interval * 1000)),
        ),
      ),
  )

/** A device that polls too fast has to wait longer from now on (RFC 8628 §3.5). */
export const slowDown = ({ deviceCodeHash, interval }: DeviceCode, longer: number, at: number) =>
  write(({ sql, t: { deviceCodes: d } }) =>
    sql
      .update(d)
      .set({ lastPolledAt: at, interval: longer })
      .where(and(eq(d.deviceCodeHash, deviceCodeHash), eq(d.interval, interval))),
  )

/** Uses a device code up; touches no row unless a person has allowed it and it was not used. */
export const redeemDeviceCode = statement<{ hash: string; at: number }>(
  'redeem_device_code',
  ({ sql, t: { deviceCodes: d } }) =>
    sql
      .update(d)
      .set({ redeemedAt: placeholder('at') })
      .where(
        and(
          eq(d.deviceCodeHash, raw.placeholder('hash')),
          isNotNull(d.allowedAt),
          isNull(d.redeemedAt),
          gt(d.expiresAt, raw.placeholder('at')),
        ),
      ),
)

/** Ends what a person has allowed a device that has not come for it. */
export const endDeviceCodesOfUser = (userId: string, at: number) =>
  write(({ sql, t: { deviceCodes: d } }) =>
    sql
      .update(d)
      .set({ redeemedAt: at })
      .where(and(eq(d.allowedBy, userId), isNull(d.redeemedAt))),
  )
