import { and, count, eq, gt, isNotNull, isNull, lt, sql as raw, type SQL } from 'drizzle-orm'
import { type Handle, must, type Step, write } from '../database'
import type { JobType } from '../schema/tables/jobs'

type Tables = Handle['t']
type Holder = Tables['partners'] | Tables['apps'] | Tables['clients'] | Tables['users'] | Tables['tenantSettings']

/** What holds a limited number of things: a row that all who add one change first, and the things it holds. */
type Limit = (t: Tables) => { holder: Holder; is: SQL; things: SQL | undefined; in: CountedTable }
type CountedTable =
  | Tables['apps']
  | Tables['partnerApiClients']
  | Tables['appTesters']
  | Tables['clientKeys']
  | Tables['deviceCredentials']
  | Tables['eventReceivers']
  | Tables['jobs']
  | Tables['invitations']
  | Tables['partnerMembers']
  | Tables['tenantMembers']

export const appsOfPartner = (id: string) => (t: Tables) => ({
  holder: t.partners,
  is: eq(t.partners.id, id),
  in: t.apps,
  things: eq(t.apps.partnerId, id),
})

export const liveAppsOfPartner = (id: string) => (t: Tables) => ({
  ...appsOfPartner(id)(t),
  things: and(eq(t.apps.partnerId, id), isNotNull(t.apps.liveVersionId)),
})

/** Apps of which a version waits for a decision. */
export const submittedAppsOfPartner = (id: string) => (t: Tables) => ({
  ...appsOfPartner(id)(t),
  things: and(
    eq(t.apps.partnerId, id),
    raw`exists (select 1 from ${t.appVersions} where ${t.appVersions.id} = ${t.apps.proposedVersionId} and ${t.appVersions.state} = 'submitted')`,
  ),
})

export const apiClientsOfPartner = (id: string) => (t: Tables) => ({
  holder: t.partners,
  is: eq(t.partners.id, id),
  in: t.partnerApiClients,
  things: eq(t.partnerApiClients.partnerId, id),
})

export const testersOfApp = (clientId: string) => (t: Tables) => ({
  holder: t.apps,
  is: eq(t.apps.clientId, clientId),
  in: t.appTesters,
  things: eq(t.appTesters.clientId, clientId),
})

export const keysOfClient = (clientId: string) => (t: Tables) => ({
  holder: t.clients,
  is: eq(t.clients.clientId, clientId),
  in: t.clientKeys,
  things: eq(t.clientKeys.clientId, clientId),
})

export const devicesOfUser = (userId: string, clientId: string) => (t: Tables) => ({
  holder: t.users,
  is: eq(t.users.userId, userId),
  in: t.deviceCredentials,
  things: and(eq(t.deviceCredentials.userId, userId), eq(t.deviceCredentials.clientId, clientId)),
})

export const receiversOfTenant = (kind: 'webhook' | 'log-stream') => (t: Tables) => ({
  holder: t.tenantSettings,
  is: eq(t.tenantSettings.id, 'tenant'),
  in: t.eventReceivers,
  things: eq(t.eventReceivers.kind, kind),
})

export const openJobsOfTenant = (type: JobType) => (t: Tables) => ({
  holder: t.tenantSettings,
  is: eq(t.tenantSettings.id, 'tenant'),
  in: t.jobs,
  things: and(eq(t.jobs.type, type), isNull(t.jobs.finishedAt)),
})

/** The team of an organization, or with null the tenant's own. */
const teamOf = (t: Tables, partnerId: string | null) =>
  partnerId === null
    ? { holder: t.tenantSettings, is: eq(t.tenantSettings.id, 'tenant') }
    : { holder: t.partners, is: eq(t.partners.id, partnerId) }

export const invitationsOfTeam = (partnerId: string | null) => (t: Tables) => ({
  ...teamOf(t, partnerId),
  in: t.invitations,
  things: partnerId === null ? isNull(t.invitations.partnerId) : eq(t.invitations.partnerId, partnerId),
})

/** Those who are not blocked. */
export const ownersOfTeam = (partnerId: string | null) => (t: Tables) => {
  const [members, are] =
    partnerId === null ? [t.tenantMembers, undefined] : [t.partnerMembers, eq(t.partnerMembers.partnerId, partnerId)]
  const mayComeIn = raw`exists (select 1 from ${t.users} where ${t.users.userId} = ${members.userId} and ${t.users.blockedAt} is null)`
  return { ...teamOf(t, partnerId), in: members, things: and(are, eq(members.role, 'owner'), mayComeIn) }
}

/**
 * Lets a transaction go on only while there are fewer than `most`. Stands before what adds one: whoever adds another at
 * the same moment waits at the holder's row, and counts afterwards.
 */
export const roomSteps = (limit: Limit, most: number, full: () => Error): Step[] => [
  waitAt(limit),
  must(
    isHolding(limit, (held) => lt(held, most)),
    full,
  ),
]

/** Has others who add or replace such a thing wait for the end of the transaction: its first step. */
export const holdingSteps = (limit: Limit): Step[] => [waitAt(limit)]

/** Steps that may take things away, and are undone where they took the last one, whoever takes another at that moment. */
export const leavingOne = (limit: Limit, steps: Step[], none: () => Error): Step[] => [
  waitAt(limit),
  ...steps,
  must(
    isHolding(limit, (held) => gt(held, 0)),
    none,
  ),
]

const waitAt = (limit: Limit): Step => ({
  write: write(({ sql, t }) => {
    const { holder, is } = limit(t)
    return sql.update(holder).set({ updatedAt: holder.updatedAt }).where(is)
  }),
})

/** Touches a row only where there are so many as is asked. */
const isHolding = (limit: Limit, isSo: (held: SQL) => SQL) =>
  write(({ sql, t }) => {
    const { holder, is, in: counted, things } = limit(t)
    const held = sql.select({ count: count() }).from(counted).where(things)
    return sql
      .update(holder)
      .set({ updatedAt: holder.updatedAt })
      .where(and(is, isSo(raw`${held}`)))
  })
