import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { signUpPartner } from '~/domain/partners/sign-up-partner'
import { inviteToTeam } from '~/domain/teams/invite'
import { joinTeam } from '~/domain/teams/join'
import type { Team } from '~/domain/teams/team'
import { connectionOfArea, createTenantOwner } from '~/domain/tenant/set-up'
import { createDatabaseUser } from '~/domain/users/create-database-user'
import { also } from '~db/database'
import { listDomainConnections } from '~db/queries/connections'
import type { Partner } from '~db/queries/partners'
import { type User, updateUser } from '~db/queries/users'

/** Lets the demo's clock stand some days before now. */
export type DaysAgo = (days: number) => void

/** Everybody in the demo has the same password, which the start prints. */
export const DEMO_PASSWORD = 'demo demo demo'

export const OWNERS = [
  { name: 'Olga Lindqvist', email: 'olga@travelbase.example' },
  { name: 'Marcus Webb', email: 'marcus@travelbase.example' },
]

export const PARTNERS = [
  { name: 'Nadia Okafor', email: 'nadia@northwind.example', organization: 'Northwind Analytics' },
  { name: 'Finn Eriksen', email: 'finn@fjordtravel.example', organization: 'Fjord Travel' },
  { name: 'Bea Harper', email: 'bea@blueharbor.example', organization: 'Blue Harbor Labs' },
]

export const COLLEAGUES = [
  { name: 'Rosa Delgado', email: 'rosa@travelbase.example', role: 'reviewer' },
  { name: 'Theo Brandt', email: 'theo@northwind.example', role: 'developer' },
] as const

const FIRST_NAMES = ['Ada', 'Ben', 'Chiara', 'Dmitri', 'Elif', 'Farid', 'Grace', 'Hiro', 'Inés', 'Jonas']
const LAST_NAMES = ['Almeida', 'Brandt', 'Castellanos', 'Dubois', 'Ekström']

/** Acts as one person: what they do is recorded as theirs. */
export const as = (ctx: AppContext, user: Pick<User, 'userId' | 'name'>): AppContext => ({
  ...ctx,
  actor: asUser(user),
})

export async function seedOwners(ctx: AppContext): Promise<User[]> {
  const connection = await connectionOfArea(ctx, 'admin')
  const owners: User[] = []
  for (const owner of OWNERS) {
    const { user, steps } = await createTenantOwner(ctx, connection, { ...owner, password: DEMO_PASSWORD })
    await ctx.db.atomically(steps)
    owners.push(user)
  }
  return owners
}

export async function seedPartners(ctx: AppContext): Promise<{ partner: Partner; user: User }[]> {
  const found: { partner: Partner; user: User }[] = []
  for (const { name, email, organization } of PARTNERS) {
    const { user, partner } = await signUpPartner(ctx, { name, email, password: DEMO_PASSWORD }, organization)
    await ctx.db.run(updateUser(user.userId, { emailVerified: true }))
    found.push({ partner, user: { ...user, emailVerified: true } })
  }
  return found
}

/** Others of the tenant and of the first organization, and one whom it has invited and who has not answered yet. */
export async function seedTeams(
  ctx: AppContext,
  {
    owner,
    maker,
    linkTo,
  }: { owner: User; maker: { partner: Partner; user: User }; linkTo: (email: string) => Promise<URL> },
): Promise<void> {
  const organization: Team = { of: 'partner', partner: maker.partner }
  for (const { name, email, role } of COLLEAGUES) {
    const isReviewer = role === 'reviewer'
    const by = as(ctx, isReviewer ? owner : maker.user)
    await inviteToTeam(by, isReviewer ? { of: 'tenant' } : organization, { email, role })
    const ticket = (await linkTo(email)).searchParams.get('ticket') ?? ''
    await joinTeam(ctx, isReviewer ? 'admin' : 'portal', { ticket, name, password: DEMO_PASSWORD })
  }
  await inviteToTeam(as(ctx, maker.user), organization, { email: 'lena@northwind.example', role: 'owner' })
}

/** Fifty people, whose addresses are user1@people.example and so on; they came in the first ten days. */
export async function seedPeople(ctx: AppContext, daysAgo: DaysAgo): Promise<{ users: User[]; connectionId: string }> {
  const [connection] = await listDomainConnections(ctx.db, {})
  if (!connection) throw new Error('the tenant has no domain connection')
  const users: User[] = []
  for (const [index, last] of LAST_NAMES.entries()) {
    for (const [offset, first] of FIRST_NAMES.entries()) {
      const number = index * FIRST_NAMES.length + offset + 1
      const person = {
        name: `${first} ${last}`,
        email: `user${number}@people.example`,
        password: DEMO_PASSWORD,
        emailVerified: number % 7 !== 0,
      }
      daysAgo(30 - ((number * number) % 10))
      const { user, steps } = await createDatabaseUser(ctx, connection, person)
      const target = asUser(user)
      const subjects = { userId: user.userId, details: { area: 'account' } }
      await ctx.db.atomically([...steps, also(auditEvent(as(ctx, user), 'user.signed-up', target, subjects))])
      users.push(user)
    }
  }
  // The team of the sample app can use it as end users too.
  for (const { name, email } of PARTNERS) {
    const { user, steps } = await createDatabaseUser(ctx, connection, {
      name,
      email,
      password: DEMO_PASSWORD,
      emailVerified: true,
    })
    await ctx.db.atomically(steps)
    users.push(user)
  }
  return { users, connectionId: connection.id }
}
