/** Somebody signs up with the address of another and waits: what the first proof of the address leaves them. */
import { hash } from '@node-rs/bcrypt'
import { beforeAll, describe, expect, it } from 'vitest'
import { beginJobs } from '~/domain/jobs/run-jobs'
import { findSession } from '~/domain/sessions/sessions'
import * as accountSignIn from '~/routes/account.sign-in'
import * as verifyEmail from '~/routes/account.verify-email'
import * as resetPassword from '~/routes/u.reset-password'
import { backgroundContext } from '~/services'
import { listAuthenticators } from '~db/queries/authenticators'
import { listDomainConnections } from '~db/queries/connections'
import { findUser, listIdentities } from '~db/queries/users'
import { obtainTokens, refresh } from '~tests/oauth/authorization-world'
import { enrol } from '~tests/support/authenticator'
import { visitorContext } from '~tests/support/context'
import { createThirdPartyClient, type TestClient } from '~tests/support/fixtures'
import { confirmByLink } from '~tests/support/mailed-link'
import { createEndUser, openVisitorOf, PASSWORD, type Person } from '~tests/support/people'
import { openVisitor, type Visitor } from '~tests/support/visitor'
import { createManagementWorld, type ManagementWorld } from './management-world'

const OWN_PASSWORD = 'the word of the true owner'

let world: ManagementWorld
let app: TestClient
let count = 0

beforeAll(async () => {
  world = await createManagementWorld()
  app = await createThirdPartyClient(world.services)
})

const pathOf = (link: URL) => link.pathname + link.search
const at = (userId: string) => `/users/${encodeURIComponent(userId)}`

async function signInAs(username: string, password: string): Promise<number> {
  return (await openVisitor(world.services).send(accountSignIn, '/account/sign-in', { username, password })).status
}

type Squatter = Person & { other: Person; browser: Visitor; refreshToken: string | undefined }

/** An account with all that can be added to one, at an address that nobody has proved. */
async function squat(): Promise<Squatter> {
  count += 1
  const person = await createEndUser(world.services, { isVerified: true })
  const other = await createEndUser(world.services, { isVerified: true })
  const secondary = { provider: 'auth0', user_id: other.user.userId }
  expect((await world.call('POST', `${at(person.user.userId)}/identities`, secondary)).status).toBe(201)
  const browser = await openVisitorOf(world.services, 'account', person)
  const { refresh_token: refreshToken } = await obtainTokens(world, app, {}, person)
  await enrol(world.services, person)
  const email = `victim.${count}@example.com`
  const change = { email, user_metadata: { by: 'the one who waits' }, app_metadata: { plan: 'gold' } }
  expect((await world.call('PATCH', at(person.user.userId), change)).status).toBe(200)
  return { ...person, email, other, browser, refreshToken }
}

const isSignedIn = async ({ cookies }: Visitor) =>
  (await findSession(visitorContext(world.services, { cookies }), 'account')) !== undefined

/** What whoever waited can still do. */
async function leftTo({ user, other, browser, refreshToken, email }: Squatter) {
  const { db } = world.services
  const { userId } = user
  return {
    session: await isSignedIn(browser),
    tokens: (await refresh(world, app, refreshToken)).status === 200,
    consents: (await world.call('GET', `/grants?user_id=${encodeURIComponent(userId)}`)).json.length,
    identities: (await listIdentities(db, { userId })).length,
    factors: (await listAuthenticators(db, { userId })).length,
    byPassword: (await signInAs(email, PASSWORD)) === 303,
    byLinkedPassword: (await signInAs(other.email, PASSWORD)) === 303,
    metadata: (await findUser(db, userId))?.userMetadata ?? null,
  }
}

const NOTHING = {
  session: false,
  tokens: false,
  consents: 0,
  identities: 1,
  factors: 0,
  byPassword: false,
  byLinkedPassword: false,
  metadata: null,
}

async function importRow(row: object): Promise<string> {
  const [connection] = await listDomainConnections(world.services.db, {})
  const form = new FormData()
  form.append('users', new File([JSON.stringify([row])], 'users.json'))
  form.append('connection_id', connection?.id ?? '')
  form.append('upsert', 'true')
  const encoded = new Response(form)
  const answer = await world.machine.app.inject({
    method: 'POST',
    url: '/api/v2/jobs/users-imports',
    headers: {
      'content-type': encoded.headers.get('content-type') ?? '',
      authorization: `Bearer ${await world.tokenFor()}`,
    },
    payload: Buffer.from(await encoded.arrayBuffer()),
  })
  expect(answer.statusCode).toBe(202)
  await Promise.all(await beginJobs(backgroundContext(world.services)))
  return (answer.json() as { id: string }).id
}

const PROOFS: { by: string; prove(squatter: Squatter): Promise<void>; password?: string }[] = [
  {
    by: 'a new password behind a mailed link',
    password: OWN_PASSWORD,
    async prove({ email }) {
      const owner = openVisitor(world.services)
      await owner.send(resetPassword, '/u/reset-password', { email })
      const link = pathOf(world.services.mailer.link(email))
      const answer = await owner.send(resetPassword, link, { password: OWN_PASSWORD })
      expect(answer.value).toMatchObject({ isDone: true })
    },
  },
  {
    by: 'a link of a program which says that it went to the address',
    password: OWN_PASSWORD,
    async prove({ user }) {
      const body = { user_id: user.userId, mark_email_as_verified: true }
      const { json } = await world.call('POST', '/tickets/password-change', body)
      const link = pathOf(new URL(String(json.ticket)))
      await openVisitor(world.services).send(resetPassword, link, { password: OWN_PASSWORD })
    },
  },
  {
    by: 'the word of a program',
    async prove({ user }) {
      expect((await world.call('PATCH', at(user.userId), { email_verified: true })).status).toBe(200)
    },
  },
  {
    by: 'a row of an import, with its own password',
    password: OWN_PASSWORD,
    async prove({ email }) {
      await importRow({ email, email_verified: true, password_hash: await hash(OWN_PASSWORD, 5) })
    },
  },
]

describe.each(PROOFS)('the first proof of an address by $by', ({ prove, password }) => {
  it('leaves nothing to who had signed up with it, and keeps what is the tenant’s', async () => {
    const squatter = await squat()
    await prove(squatter)
    expect(await leftTo(squatter)).toEqual(NOTHING)
    expect(await findUser(world.services.db, squatter.user.userId)).toMatchObject({
      emailVerified: true,
      appMetadata: { plan: 'gold' },
    })
    if (password) expect(await signInAs(squatter.email, password)).toBe(303)
  })
})

describe('the link of a verification mail', () => {
  const mailedTo = async ({ user, email }: Person) => {
    await world.call('POST', '/jobs/verification-email', { user_id: user.userId })
    await Promise.all(await beginJobs(backgroundContext(world.services)))
    return pathOf(world.services.mailer.link(email))
  }

  it('shows who signed up; a yes elsewhere keeps the password, and removes what was added', async () => {
    const squatter = await squat()
    const link = await mailedTo(squatter)
    const owner = openVisitor(world.services)
    const page = { state: 'asks', email: squatter.email, name: squatter.user.name }
    expect((await owner.load(verifyEmail, link)).value).toMatchObject({ page })
    expect((await confirmByLink(owner, verifyEmail, link)).value).toMatchObject({ page: { state: 'confirmed' } })
    expect(await leftTo(squatter)).toEqual({
      ...NOTHING,
      byPassword: true,
      metadata: { by: 'the one who waits' },
    })
  })

  it('a yes of the person who is signed in to the account keeps everything', async () => {
    const person = await createEndUser(world.services)
    const { refresh_token: token } = await obtainTokens(world, app, {}, person)
    const [here, there] = [
      await openVisitorOf(world.services, 'account', person),
      await openVisitorOf(world.services, 'account', person),
    ]
    await confirmByLink(here, verifyEmail, pathOf(world.services.mailer.link(person.email)))
    expect((await findUser(world.services.db, person.user.userId))?.emailVerified).toBe(true)
    expect([await isSignedIn(here), await isSignedIn(there)]).toEqual([true, true])
    expect((await refresh(world, app, token)).status).toBe(200)
  })
})

describe('an import', () => {
  it('of somebody who has proved the address keeps their password, and says so', async () => {
    const person = await createEndUser(world.services, { isVerified: true })
    const id = await importRow({
      email: person.email,
      email_verified: true,
      name: 'From file',
      password_hash: await hash(OWN_PASSWORD, 5),
    })
    expect(await findUser(world.services.db, person.user.userId)).toMatchObject({ name: 'From file' })
    expect([await signInAs(person.email, PASSWORD), await signInAs(person.email, OWN_PASSWORD)]).toEqual([303, 400])
    expect((await world.call('GET', `/jobs/${id}`)).json).toMatchObject({ summary: { updated: 1, failed: 0 } })
    const { json: errors } = await world.call('GET', `/jobs/${id}/errors`)
    expect(errors).toMatchObject([{ user: { email: person.email }, errors: [{ path: 'password_hash' }] }])
  })

  it('of a linked identity changes that, and not the account that it was linked to', async () => {
    const { user, other } = await squat()
    await importRow({ email: other.email, email_verified: true, name: 'From file' })
    expect(await findUser(world.services.db, user.userId)).toMatchObject({ emailVerified: false, name: user.name })
    const [, linked] = await listIdentities(world.services.db, { userId: user.userId })
    expect(linked?.profile).toMatchObject({ name: 'From file', email: other.email })
  })
})

describe('accounts are linked', () => {
  it('where the addresses of both are confirmed, and not otherwise', async () => {
    const [confirmed, unconfirmed] = [
      await createEndUser(world.services, { isVerified: true }),
      await createEndUser(world.services),
    ]
    const link = ({ user }: Person, other: Person) =>
      world.call('POST', `${at(user.userId)}/identities`, { provider: 'auth0', user_id: other.user.userId })
    for (const answer of [await link(confirmed, unconfirmed), await link(unconfirmed, confirmed)]) {
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.json.message).toContain('is not confirmed')
    }
    await world.call('PATCH', at(unconfirmed.user.userId), { email_verified: true })
    expect((await link(confirmed, unconfirmed)).status).toBe(201)
  })

  it('and unlinked by an app, whose own tokens continue; those of others end', async () => {
    const [first, second] = [
      await createEndUser(world.services, { isVerified: true }),
      await createEndUser(world.services, { isVerified: true }),
    ]
    const body = { provider: 'auth0', user_id: second.user.userId }
    expect((await world.call('POST', `${at(first.user.userId)}/identities`, body)).status).toBe(201)
    const own = await world.ownAppToken('update:current_user_identities read:current_user', first)
    const { refresh_token: ofAnother } = await obtainTokens(world, app, {}, first)
    const path = `${at(first.user.userId)}/identities/auth0/${second.user.userId.split('|')[1]}`
    expect((await world.call('DELETE', path, undefined, own)).status).toBe(200)
    expect((await world.call('GET', at(first.user.userId), undefined, own)).status).toBe(200)
    expect((await refresh(world, app, ofAnother)).status).not.toBe(200)
  })
})

describe('what stands for a password', () => {
  const resetLinkOf = async ({ email }: Person) => {
    await openVisitor(world.services).send(resetPassword, '/u/reset-password', { email })
    return pathOf(world.services.mailer.link(email))
  }
  const stepOf = async (link: string) =>
    ((await openVisitor(world.services).load(resetPassword, link)).value as { step: string }).step

  it.each([
    ['another password', { password: OWN_PASSWORD }],
    ['a block', { blocked: true }],
    ['another address', { email: 'moved@example.com' }],
  ])('ends with %s: the link for a new one, and the ticket of a program', async (_, change) => {
    const person = await createEndUser(world.services, { isVerified: true })
    const link = await resetLinkOf(person)
    expect(await stepOf(link)).toBe('choose')
    world.services.clock.advance(1)
    expect((await world.call('PATCH', at(person.user.userId), change)).status).toBe(200)
    expect(await stepOf(link)).toBe('dead')
    const late = await openVisitor(world.services).send(resetPassword, link, { password: 'a third word of mine' })
    expect(late.status).toBe(410)
  })
})
