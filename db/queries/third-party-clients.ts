import { and, eq, gt, inArray, isNotNull, isNull, ne, notExists, or, sql as raw, type SQL } from 'drizzle-orm'
import { type Database, type Handle, write } from '../database'
import { type AppState, isInStates } from './app-states'
import type { AppVersion } from './apps'
import type { Client } from './clients'
import { countPeopleOfClient } from './grants'
import { isBehind, type Slice, sortedBy } from './keyset'
import type { Partner } from './partners'

/** The third-party clients, whether a partner, the Management API or a registration made them: for owners. */

export type ThirdPartyClient = { client: Client; partner: Partner | null; proposed: AppVersion | null }

export async function findThirdPartyClient(db: Database, clientId: string): Promise<Client | undefined> {
  const { clients } = db.handle.t
  const [row] = await db.handle.sql
    .select()
    .from(clients)
    .where(and(eq(clients.clientId, clientId), eq(clients.isFirstParty, false)))
  return row
}

/** Those of some ids that third-party clients have. */
export async function listThirdPartyClientIds(db: Database, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const { clients } = db.handle.t
  const rows = await db.handle.sql
    .select({ clientId: clients.clientId })
    .from(clients)
    .where(and(inArray(clients.clientId, ids), eq(clients.isFirstParty, false)))
  return rows.map(({ clientId }) => clientId)
}

/** What people or their data meet; a partner's own programs stand with the partner. */
const isApp = ({ clients }: Handle['t']): SQL | undefined =>
  and(eq(clients.isFirstParty, false), ne(clients.source, 'partner-api'))

const joined = (db: Database, { clients, apps, partners, appVersions }: Handle['t']) =>
  db.handle.sql
    .select({ client: clients, partner: partners, proposed: appVersions })
    .from(clients)
    .leftJoin(apps, eq(apps.clientId, clients.clientId))
    .leftJoin(partners, eq(partners.id, apps.partnerId))
    .leftJoin(appVersions, eq(appVersions.id, apps.proposedVersionId))

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&')

/** `search` is the start of a word of the name, or a client id. */
export type ThirdPartySearch = { clientId?: string; states?: readonly AppState[]; search?: string }

function matching(t: Handle['t'], { clientId, states, search }: ThirdPartySearch): SQL | undefined {
  const { clients } = t
  const start = escapeLike(search?.toLowerCase() ?? '')
  return and(
    isApp(t),
    clientId === undefined ? undefined : eq(clients.clientId, clientId),
    states && isInStates(t, states),
    search
      ? or(
          raw`lower(${clients.name}) like ${`${start}%`} escape '\\'`,
          raw`lower(${clients.name}) like ${`% ${start}%`} escape '\\'`,
          eq(clients.clientId, search),
        )
      : undefined,
  )
}

/** Part of the third-party clients, the newest first. */
export function listThirdPartyClients(
  db: Database,
  search: ThirdPartySearch,
  slice: Slice,
): Promise<ThirdPartyClient[]> {
  const { t } = db.handle
  const order = [t.clients.createdAt, t.clients.clientId]
  return joined(db, t)
    .where(and(matching(t, search), isBehind(order, slice, 'descending')))
    .orderBy(...sortedBy(order, 'descending'))
    .limit(slice.limit)
    .offset(slice.skip)
}

export async function countThirdPartyClients(db: Database, search: ThirdPartySearch): Promise<number> {
  const { t } = db.handle
  const [row] = await db.handle.sql
    .select({ count: raw<number>`count(*)`.mapWith(Number) })
    .from(t.clients)
    .leftJoin(t.apps, eq(t.apps.clientId, t.clients.clientId))
    .leftJoin(t.appVersions, eq(t.appVersions.id, t.apps.proposedVersionId))
    .where(matching(t, search))
  return row?.count ?? 0
}

/** Whom a suspension touches: people with consent, and acts of authorization whose tokens still work. */
export async function countUseOfClient(db: Database, clientId: string, now: number) {
  const { tokenFamilies: f, refreshTokens: r } = db.handle.t
  const usersWithConsent = await countPeopleOfClient(db, clientId)
  const [families] = await db.handle.sql
    .select({ count: raw<number>`count(distinct ${f.id})`.mapWith(Number) })
    .from(f)
    .innerJoin(r, eq(r.familyId, f.id))
    .where(
      and(
        eq(f.clientId, clientId),
        isNull(f.revokedAt),
        isNull(r.rotatedAt),
        or(isNull(r.expiresAt), gt(r.expiresAt, now)),
        or(isNull(r.idleExpiresAt), gt(r.idleExpiresAt, now)),
      ),
    )
  return { usersWithConsent, liveTokenFamilies: families?.count ?? 0 }
}

/** Lifts a suspension; touches no row when there is none, or while the app's organization is suspended. */
export const reinstateUnlessPartnerSuspended = (clientId: string, at: number) =>
  write(({ sql, t: { clients, apps, partners } }) =>
    sql
      .update(clients)
      .set({ suspendedAt: null, updatedAt: at })
      .where(
        and(
          eq(clients.clientId, clientId),
          isNotNull(clients.suspendedAt),
          notExists(
            sql
              .select({ id: partners.id })
              .from(apps)
              .innerJoin(partners, eq(partners.id, apps.partnerId))
              .where(and(eq(apps.clientId, clientId), isNotNull(partners.suspendedAt))),
          ),
        ),
      ),
  )

/** Approves a client that nobody here made; touches no row when it is approved, or has changed since `seenAt`. */
export const approveRegisteredClient = (clientId: string, { at, seenAt }: { at: number; seenAt: number }) =>
  write(({ sql, t: { clients: c } }) =>
    sql
      .update(c)
      .set({ availability: 'everyone', reviewedAt: at, updatedAt: at })
      .where(
        and(
          eq(c.clientId, clientId),
          eq(c.updatedAt, seenAt),
          inArray(c.source, ['registration', 'metadata-document']),
          isNull(c.reviewedAt),
        ),
      ),
  )
