/** People of a test tenant, made and signed in as the program does it. */
import type { AppContext, Services } from '~/context'
import { signUpPartner } from '~/domain/partners/sign-up-partner'
import { sessionCookieName, startSession } from '~/domain/sessions/sessions'
import { connectionOfArea } from '~/domain/tenant/set-up'
import { signUp } from '~/domain/users/sign-up'
import { verifyEmail } from '~/domain/users/verify-email'
import { listDomainConnections } from '~db/queries/connections'
import type { Partner } from '~db/queries/partners'
import type { Session } from '~db/queries/sessions'
import { listTenantMembers } from '~db/queries/teams'
import { findUser, type User } from '~db/queries/users'
import { type Cookies, visitorContext } from './context'
import type { TestServices } from './services'
import { OWNER } from './test-environment'
import { openVisitor, type Visitor } from './visitor'

export const PASSWORD = OWNER.password

export type Person = {
  user: User
  connectionId: string
  email: string
  password: string
  /** A context in which this person acts: what domain functions take. */
  ctx: AppContext
}

export type PartnerPerson = Person & { partner: Partner }

let people = 0

/** The first owner of the tenant. */
export async function findOwner(services: Services): Promise<Person> {
  const [first] = await listTenantMembers(services.db, {})
  if (!first) throw new Error('the tenant has no owner')
  const { id } = await connectionOfArea(services, 'admin')
  return toPerson(services, first.user, id, OWNER.password)
}

type NewPerson = { name?: string; email?: string; password?: string; isVerified?: boolean }

/** A partner organization and the person who signed it up; their address is confirmed unless `isVerified` is false. */
export async function createPartner(
  services: TestServices,
  { organization, isVerified = true, ...given }: NewPerson & { organization?: string } = {},
): Promise<PartnerPerson> {
  const { name, email, password } = newPerson('Partner', given)
  const ctx = visitorContext(services)
  const signedUp = await signUpPartner(ctx, { name, email, password }, organization ?? `${name} Ltd`)
  const user = isVerified ? await followVerificationLink(services, email) : signedUp.user
  return { ...toPerson(services, user, signedUp.connectionId, password), partner: signedUp.partner }
}

/** An end user of the tenant's database connection, who has confirmed the address if `isVerified` is true. */
export async function createEndUser(
  services: TestServices,
  { isVerified = false, ...given }: NewPerson = {},
): Promise<Person> {
  const { name, email, password } = newPerson('User', given)
  const connection = (await listDomainConnections(services.db, {})).find(({ strategy }) => strategy === 'auth0')
  if (!connection) throw new Error('the tenant has no domain-level database')
  const user = await signUp(visitorContext(services), connection, { name, email, password })
  return toPerson(services, isVerified ? await followVerificationLink(services, email) : user, connection.id, password)
}

/**
 * Signs a person in to an area, without its page. An owner with a second factor has given it: `amr` says so.
 * @returns the cookies of the session
 */
export async function signIn(
  services: TestServices,
  area: Session['area'],
  { user, connectionId }: Person,
  { amr = area === 'admin' ? ['pwd', 'otp', 'mfa'] : ['pwd'] }: { amr?: string[] } = {},
): Promise<Cookies> {
  const fresh = (await findUser(services.db, user.userId)) ?? user
  const { token } = await startSession(visitorContext(services), area, { user: fresh, connectionId, amr })
  return { [sessionCookieName(area)]: token }
}

/** A browser in which a person is signed in to an area. */
export async function openVisitorOf(services: TestServices, area: Session['area'], person: Person): Promise<Visitor> {
  return openVisitor(services, { cookies: await signIn(services, area, person) })
}

function newPerson(kind: string, given: NewPerson) {
  people += 1
  const name = given.name ?? `${kind} ${people}`
  const email = given.email ?? `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '.')}@example.com`
  return { name, email, password: given.password ?? PASSWORD }
}

async function followVerificationLink(services: TestServices, email: string): Promise<User> {
  const ticket = services.mailer.link(email).searchParams.get('ticket') ?? ''
  const user = await verifyEmail(visitorContext(services), ticket)
  return (await findUser(services.db, user.userId)) ?? user
}

const toPerson = (services: Services, user: User, connectionId: string, password: string): Person => ({
  user,
  connectionId,
  email: user.email ?? '',
  password,
  ctx: visitorContext(services, { actor: { type: 'user', id: user.userId, name: user.name } }),
})
