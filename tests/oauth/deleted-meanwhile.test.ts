/** What a person or an app has begun ends in the words of the protocol when something that it is about is deleted meanwhile. */
import { beforeAll, describe, expect, it } from 'vitest'
import { deleteClient } from '~/domain/clients/delete-client'
import { createConnection } from '~/domain/connections/create-connection'
import { deleteAccount } from '~/domain/identities/delete-account'
import { deleteConnection } from '~/domain/jobs/delete-connection'
import { suspendApp } from '~/domain/moderation/suspend-app'
import { suspendPartner } from '~/domain/moderation/suspend-partner'
import { DEVICE_GRANT } from '~/domain/policy/client-policy'
import { deleteResourceServer } from '~/domain/resource-servers/delete-resource-server'
import { updateResourceServer } from '~/domain/resource-servers/update-resource-server'
import * as activate from '~/routes/activate'
import * as consent from '~/routes/u.consent'
import * as login from '~/routes/u.login'
import { updateClient } from '~db/queries/clients'
import { findConnection } from '~db/queries/connections'
import type { ResourceServer } from '~db/queries/resource-servers'
import { createApi, createApprovedApp, requireApp, type TestClient } from '~tests/support/fixtures'
import {
  createEndUser,
  createPartner,
  findOwner,
  openVisitorOf,
  type PartnerPerson,
  type Person,
} from '~tests/support/people'
import { openVisitor, type PageAnswer, type Visitor } from '~tests/support/visitor'
import { begin, follow, tokenOf } from '../account/account-world'
import { CALLBACK, createWorld, obtainCode, redeem, type World } from './authorization-world'

type Story = { app: TestClient; api: ResourceServer; maker: PartnerPerson; person: Person }
type Owner = Person['ctx']

/** What can go, and whether the app that asked still has a callback to be answered at. */
const THINGS: [string, { isAnswered: boolean; go: (owner: Owner, story: Story) => Promise<void> }][] = [
  ['an API is deleted', { isAnswered: true, go: (owner, { api }) => deleteResourceServer(owner, api) }],
  [
    'a scope is deleted',
    { isAnswered: true, go: (owner, { api }) => updateResourceServer(owner, api, { scopes: [] }) },
  ],
  ['a user is deleted', { isAnswered: true, go: (owner, { person }) => deleteAccount(owner, person.user) }],
  ['a connection is deleted', { isAnswered: true, go: deleteConnectionOf }],
  ['an app is deleted', { isAnswered: false, go: (owner, { app }) => deleteClient(owner, app.client) }],
  ['an app is suspended', { isAnswered: false, go: (owner, { app }) => suspendApp(owner, app.clientId, 'No.') }],
  [
    'an organization is suspended',
    { isAnswered: false, go: (owner, { maker }) => suspendPartner(owner, maker.partner.id, 'No.') },
  ],
]

/** Another takes its place, for those who come later. */
async function deleteConnectionOf(owner: Owner, { person }: Story): Promise<void> {
  const connection = await findConnection(owner.db, person.connectionId)
  if (!connection) throw new Error('the connection is gone already')
  await deleteConnection(owner, connection)
  await createConnection(owner, {
    name: `people-${stories}`,
    strategy: 'auth0',
    options: { passwordPolicy: 'none' },
    isDomainConnection: true,
  })
}

let world: World
let owner: Owner
let stories = 0
beforeAll(async () => {
  world = await createWorld()
  owner = (await findOwner(world.services)).ctx
})

async function tell(): Promise<Story> {
  stories += 1
  const { services } = world
  const api = await createApi(services, { identifier: `https://api-${stories}.example.com/`, name: `API ${stories}` })
  const maker = await createPartner(services)
  const scopeRequests = [{ audience: api.identifier, scope: 'read:items', reason: 'To show them.', required: false }]
  const app = await createApprovedApp(maker, { scopeRequests })
  await services.db.run(updateClient(app.clientId, { grantTypes: ['authorization_code', DEVICE_GRANT] }))
  const { client } = await requireApp(services, app.clientId)
  return { app: { ...app, client }, api, maker, person: await createEndUser(services, { isVerified: true }) }
}

const asked = ({ api }: Story) => ({ audience: api.identifier, scope: 'openid read:items' })

/** Goes wherever the browser is led: a page of an authorization, its end, or a refusal. Each is an answer of the program. */
async function end(visitor: Visitor, { status, location }: Pick<PageAnswer, 'status' | 'location'>) {
  if (!location?.startsWith('/authorize/resume')) return { status, location }
  const answer = await follow(world, visitor, location)
  return { status: answer.status, location: answer.header('location') }
}

const errorAt = (location: string | undefined) =>
  location?.startsWith(CALLBACK) ? new URL(location).searchParams.get('error') : undefined

/** An error at the callback, a page that asks the person, or a refusal of ours. */
function expectInOrder({ status, location }: { status: number; location: string | undefined }, isAnswered: boolean) {
  if (!isAnswered) return expect(Math.floor(status / 100)).toBe(4)
  if (location?.startsWith(CALLBACK)) return expect(errorAt(location)).toMatch(/^[a-z_]+$/)
  if (location !== undefined) return expect(location).toMatch(/^\/(u\/(login|consent)|activate)\?/)
  return expect(status).toBeLessThan(500)
}

describe.each(THINGS)('%s', (_name, { isAnswered, go }) => {
  it('while the sign-in page is open: what is typed there ends in an answer', async () => {
    const story = await tell()
    const visitor = openVisitor(world.services)
    const id = await begin(world, visitor, story.app, 'login', asked(story))
    await go(owner, story)
    expect((await visitor.load(login, `/u/login?request=${id}`)).status).toBeLessThan(500)
    const { email: username, password } = story.person
    const sent = await visitor.send(login, `/u/login?request=${id}`, { username, password })
    expectInOrder(await end(visitor, sent), isAnswered)
  })

  it.each(['allow', 'deny', 'reload'])('while the consent page is open: %s ends in an answer', async (decision) => {
    const story = await tell()
    const visitor = await openVisitorOf(world.services, 'account', story.person)
    const path = `/u/consent?request=${await begin(world, visitor, story.app, 'consent', asked(story))}`
    const page = await visitor.load(consent, path)
    await go(owner, story)
    const { shown } = page.value as { shown: string }
    const fields = { decision, shown, scope: ['openid', 'read:items'] }
    const token = tokenOf(page)
    const answered =
      decision === 'reload' ? await visitor.load(consent, path) : await visitor.send(consent, path, fields, { token })
    const ended = await end(visitor, answered)
    if (decision === 'deny' && isAnswered) expect(errorAt(ended.location)).toBe('access_denied')
    else expectInOrder(ended, isAnswered)
  })

  it.each(['allow', 'deny'])(
    'while a device is being connected: %s ends in an answer, for it too',
    async (decision) => {
      const story = await tell()
      const credentials = { client: story.app }
      const begun = (await world.machine.postForm('/oauth/device/code', asked(story), credentials)).json
      const visitor = await openVisitorOf(world.services, 'account', story.person)
      const typed = await visitor.send(activate, '/activate', { user_code: String(begun.user_code) })
      const path = (await follow(world, visitor, typed.location ?? '')).header('location') ?? ''
      const page = await visitor.load(consent, path)
      await go(owner, story)
      const { shown } = page.value as { shown: string }
      const fields = { decision, shown, scope: ['openid', 'read:items'] }
      const ended = await end(visitor, await visitor.send(consent, path, fields, { token: tokenOf(page) }))
      if (decision === 'deny' && isAnswered) expect(ended.location).toBe('/activate?done=denied')
      else expectInOrder(ended, isAnswered)
      const polled = await world.machine.token(
        { grant_type: DEVICE_GRANT, device_code: String(begun.device_code) },
        story.app,
      )
      expect(polled.status).toBeGreaterThanOrEqual(400)
      expect(polled.status).toBeLessThan(500)
      expect(polled.json.error).toEqual(expect.any(String))
    },
  )

  it('while a code is out: the code buys nothing of it', async () => {
    const story = await tell()
    const code = await obtainCode(world, story.app, asked(story), story.person)
    await go(owner, story)
    const { status, json } = await redeem(world, story.app, code)
    if (status === 200) expect(json.scope).toBe('openid')
    else expect([400, 401, 403]).toContain(status)
  })
})
