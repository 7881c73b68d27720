import { and, desc, eq, inArray, isNotNull, notExists, sql as raw } from 'drizzle-orm'
import { type Database, type Handle, query, statement, write } from '../database'
import type { Client } from './clients'
import type { Partner } from './partners'
import { rowPlaceholders } from './placeholders'

/** The programs of partners that manage the partner's apps. */

export type PartnerApiClient = Handle['t']['partnerApiClients']['$inferSelect']

const partnerOf = query<{ clientId: string }, { partner: Partner }>(
  'find_partner_of_api_client',
  ({ sql, t: { partnerApiClients: a, partners } }) =>
    sql
      .select({ partner: partners })
      .from(a)
      .innerJoin(partners, eq(partners.id, a.partnerId))
      .where(eq(a.clientId, raw.placeholder('clientId'))),
)
/** The partner whose program a client is. */
export const findPartnerOfApiClient = async (db: Database, clientId: string) =>
  (await partnerOf(db, { clientId }))[0]?.partner

/** The programs of a partner, the newest first. */
export const listApiClientsOfPartner = query<{ partnerId: string }, { client: Client; program: PartnerApiClient }>(
  'list_api_clients_of_partner',
  ({ sql, t: { partnerApiClients: a, clients } }) =>
    sql
      .select({ client: clients, program: a })
      .from(a)
      .innerJoin(clients, eq(clients.clientId, a.clientId))
      .where(eq(a.partnerId, raw.placeholder('partnerId')))
      .orderBy(desc(a.createdAt), desc(a.clientId)),
)

/** A program of one partner; another partner's is not found. */
export async function findApiClientOfPartner(
  { handle }: Database,
  partnerId: string,
  clientId: string,
): Promise<Client | undefined> {
  const { partnerApiClients: a, clients } = handle.t
  const [row] = await handle.sql
    .select({ client: clients })
    .from(a)
    .innerJoin(clients, eq(clients.clientId, a.clientId))
    .where(and(eq(a.clientId, clientId), eq(a.partnerId, partnerId)))
  return row?.client
}

export const insertPartnerApiClient = statement<PartnerApiClient>('insert_partner_api_client', ({ sql, t }) =>
  sql.insert(t.partnerApiClients).values(rowPlaceholders(t.partnerApiClients)),
)

/** Deletes a program of one partner, with its secrets. */
export const deleteApiClientOfPartner = (partnerId: string, clientId: string) =>
  write(({ sql, t: { clients, partnerApiClients: a } }) =>
    sql
      .delete(clients)
      .where(
        and(
          eq(clients.clientId, clientId),
          inArray(clients.clientId, sql.select({ id: a.clientId }).from(a).where(eq(a.partnerId, partnerId))),
        ),
      ),
  )

export const setSecretKnownTo = (clientId: string, userId: string | null) =>
  write(({ sql, t: { partnerApiClients: a } }) =>
    sql.update(a).set({ secretKnownTo: userId }).where(eq(a.clientId, clientId)),
  )

/** The programs of a partner whose newest secret was shown to somebody who works for it no longer. */
export async function listProgramsOfFormerMembers({ handle }: Database, partnerId: string) {
  const { partnerApiClients: a, partnerMembers: m, clients } = handle.t
  const member = handle.sql
    .select({ id: m.userId })
    .from(m)
    .where(and(eq(m.partnerId, a.partnerId), eq(m.userId, a.secretKnownTo)))
  return handle.sql
    .select({ clientId: clients.clientId, name: clients.name, knownTo: a.secretKnownTo })
    .from(a)
    .innerJoin(clients, eq(clients.clientId, a.clientId))
    .where(and(eq(a.partnerId, partnerId), isNotNull(a.secretKnownTo), notExists(member)))
    .orderBy(clients.name)
}
