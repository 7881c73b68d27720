import { beforeAll, describe, expect, it } from 'vitest'
import { addTester } from '~/domain/apps/testers'
import * as consent from '~/routes/u.consent'
import * as login from '~/routes/u.login'
import { findClient, updateClient } from '~db/queries/clients'
import { findGrant } from '~db/queries/grants'
import { findResourceServer, updateResourceServer } from '~db/queries/resource-servers'
import { findTenantSettings, updateTenantSettings } from '~db/queries/tenant'
import { API, createApprovedApp, createPortalApp, requireApp, type TestClient } from '~tests/support/fixtures'
import { createEndUser, createPartner, openVisitorOf, PASSWORD, type Person } from '~tests/support/people'
import type { Visitor } from '~tests/support/visitor'
import { answerOf, authorizeParams, begin, createWorld, follow, tokenOf, type World } from './account-world'

const ALWAYS = ['openid', 'read:items']
const SCOPE = 'openid profile read:items write:items'
const SCOPE_REQUESTS = [
  { audience: 'http://localhost:3000/userinfo', scope: 'profile', reason: 'to greet you by name', required: false },
  { audience: API, scope: 'read:items', reason: 'to list what you have', required: true },
  { audience: API, scope: 'write:items', reason: 'to tidy up for you', required: false },
  { audience: API, scope: 'delete:items', reason: 'to empty the bin', required: false },
]

let world: World
let app: TestClient

beforeAll(async () => {
  world = await createWorld()
  const partner = await createPartner(world.services, { organization: 'Acme Prints' })
  const privacyPolicyUri = 'https://app.example.com/privacy'
  app = await createApprovedApp(partner, { scopeRequests: SCOPE_REQUESTS, privacyPolicyUri })
})

const path = (id: string) => `/u/consent?request=${id}`

type Asked = { visitor: Visitor; id: string; person: Person; token: string; shown: string }

/** A signed-in person in front of the consent page. */
async function ask(given: Record<string, string> = {}, known?: Person): Promise<Asked> {
  const person = known ?? (await createEndUser(world.services))
  const visitor = await openVisitorOf(world.services, 'account', person)
  const id = await begin(world, visitor, app, 'consent', { audience: API, scope: SCOPE, ...given })
  const page = await visitor.load(consent, path(id))
  return { visitor, id, person, token: tokenOf(page), shown: (page.value as { shown: string }).shown }
}

/** @param fields what the person ticks; what is always needed the form holds by itself */
const answer = ({ visitor, id, token, shown }: Asked, fields: Record<string, string | string[]>, needed = ALWAYS) =>
  visitor.send(consent, path(id), { shown, ...fields, scope: [...needed, ...[fields.scope ?? []].flat()] }, { token })

const grantedTo = async ({ person }: Asked) =>
  (await findGrant(world.services.db, person.user.userId, app.clientId, API))?.scope

it('a tenant that keeps its scopes’ descriptions to itself shows the scopes as they are', async () => {
  const { services } = world
  const { flags } = await findTenantSettings(services.db)
  const show = (isOn: boolean) =>
    services.db.run(updateTenantSettings({ flags: { ...flags, use_scope_descriptions_for_consent: isOn } }))
  const { visitor, id } = await ask()
  await show(false)
  const shown = JSON.stringify((await visitor.load(consent, path(id))).value)
  await show(true)
  expect(shown).toContain('"description":"read:items"')
  expect(shown).not.toContain('Read your items')
})

describe('the consent page', () => {
  it('shows who asks, whom, for what and why, and where the answer goes', async () => {
    const { visitor, id, person } = await ask()
    expect((await visitor.load(consent, path(id))).value).toMatchObject({
      app: { name: 'Photo Print', organization: 'Acme Prints', privacyPolicyUri: 'https://app.example.com/privacy' },
      person: { name: person.user.name, email: person.email },
      review: 'reviewed',
      destination: { kind: 'site', host: 'app.example.com', uri: 'https://app.example.com/callback' },
      groups: [
        {
          api: 'Sign-in and profile',
          scopes: [
            { value: 'openid', required: true },
            { value: 'profile', required: false },
          ],
        },
        {
          api: 'Example API',
          scopes: [
            { value: 'read:items', description: 'Read your items', reason: 'to list what you have', required: true },
            { value: 'write:items', sensitivity: 'sensitive', required: false },
          ],
        },
      ],
    })
  })

  it('has what is very sensitive unticked at first, until the person has allowed it once', async () => {
    const asked = await ask({ scope: `${SCOPE} delete:items` })
    const tickedFor = async ({ visitor, id }: Asked) =>
      ((await visitor.load(consent, path(id))).value as { ticked: string[] }).ticked
    expect(await tickedFor(asked)).toEqual(SCOPE.split(' '))
    await answer(asked, { decision: 'allow', scope: ['delete:items'] })
    const again = await ask({ scope: `${SCOPE} delete:items`, prompt: 'consent' }, asked.person)
    expect(await tickedFor(again)).toContain('delete:items')
  })

  it('does not ask to keep access where the API does not allow it', async () => {
    const scope = `${SCOPE} offline_access`
    const { services } = world
    const api = await findResourceServer(services.db, API)
    const allow = (allowOfflineAccess: boolean) =>
      services.db.run(updateResourceServer(api?.id ?? '', { allowOfflineAccess }))
    const textOf = async ({ visitor, id }: Asked) => JSON.stringify((await visitor.load(consent, path(id))).value)
    const open = await ask({ scope })
    expect(await textOf(open)).toContain('offline_access')
    await allow(false)
    // Whether the page is open already, or is opened now.
    expect(await textOf(open)).not.toContain('offline_access')
    const later = await ask({ scope })
    expect(await textOf(later)).not.toContain('offline_access')
    await answer(later, { decision: 'allow', scope: ['profile', 'offline_access'] })
    expect(await grantedTo(later)).toEqual(['openid', 'profile', 'read:items'])
    await allow(true)
  })

  it('holds no row of the database: no hash, no secret, no callback but the one in use', async () => {
    const { visitor, id } = await ask()
    const shown = JSON.stringify((await visitor.load(consent, path(id))).value)
    for (const word of ['Hash', 'Secret', 'secret', 'visitor', 'code_challenge', 'blockedAt']) {
      expect(shown).not.toContain(word)
    }
  })

  it('warns of an app that is not reviewed', async () => {
    const partner = await createPartner(world.services)
    const draft = await createPortalApp(partner)
    const person = await createEndUser(world.services, { isVerified: true })
    await addTester(partner.ctx, await requireApp(world.services, draft.clientId), person.email)
    const visitor = await openVisitorOf(world.services, 'account', person)
    const id = await begin(world, visitor, draft, 'consent', { scope: 'openid' })
    expect((await visitor.load(consent, path(id))).value).toMatchObject({ review: 'testers-only' })
  })

  it('leads somebody who is not signed in to the authorization, which asks for a sign-in', async () => {
    const { visitor, id } = await ask()
    delete visitor.cookies.session
    const { location } = await visitor.load(consent, path(id))
    expect(location).toBe(`/authorize/resume?request=${id}`)
    expect((await follow(world, visitor, location ?? '')).header('location')).toBe(`/u/login?request=${id}`)
  })
})

describe('allowing', () => {
  it('gives what is ticked and what is required, and not what is unticked', async () => {
    const asked = await ask()
    const given = await answer(asked, { decision: 'allow', scope: ['profile'] })
    expect([given.status, given.location]).toEqual([303, `/authorize/resume?request=${asked.id}`])
    expect(await grantedTo(asked)).toEqual(['openid', 'profile', 'read:items'])
    expect(answerOf(await follow(world, asked.visitor, given.location ?? '')).code).toBeDefined()
  })

  it('gives nothing that was not asked for, whatever the form holds', async () => {
    const asked = await ask({ scope: 'openid profile' })
    await answer(asked, { decision: 'allow', scope: ['profile', 'write:items', 'delete:items', 'email'] })
    expect(await grantedTo(asked)).toEqual(['openid', 'profile'])
  })

  it('of nothing is no answer: the page says to tick something or to deny', async () => {
    const asked = await ask({ scope: 'profile write:items' })
    const given = await answer(asked, { decision: 'allow' }, [])
    expect(given.status).toBe(400)
    expect(given.value).toEqual({ refusal: { message: 'Tick at least one item, or choose Deny.', ticked: [] } })
    expect(await grantedTo(asked)).toBeUndefined()
  })

  it('marks at a wider question what is new', async () => {
    const asked = await ask({ scope: 'openid profile' })
    await answer(asked, { decision: 'allow', scope: ['profile'] })
    const again = await ask({}, asked.person)
    const { value } = await again.visitor.load(consent, path(again.id))
    const { groups, isIncrease } = value as Awaited<ReturnType<typeof consent.loader>> & { isIncrease: boolean }
    expect(isIncrease).toBe(true)
    expect(groups.flatMap(({ scopes }) => scopes).map(({ value, granted }) => [value, granted])).toEqual([
      ['openid', true],
      ['profile', true],
      ['read:items', false],
      ['write:items', false],
    ])
  })
})

describe('denying', () => {
  it('goes back to the app with access_denied, and nothing is granted', async () => {
    const asked = await ask()
    const given = await answer(asked, { decision: 'deny', scope: ['profile', 'write:items'] })
    expect(answerOf(await follow(world, asked.visitor, given.location ?? ''))).toMatchObject({ error: 'access_denied' })
    expect(await grantedTo(asked)).toBeUndefined()
  })

  it('takes a decision for it: without one the page asks again', async () => {
    const asked = await ask()
    expect((await answer(asked, { scope: ['profile'] })).status).toBe(400)
    expect(await grantedTo(asked)).toBeUndefined()
  })
})

describe('an answer counts for its request and its person alone (RFC 6749 §10.12)', () => {
  const allow = { decision: 'allow', scope: ['profile', 'write:items'] }

  it('not for another request of the same person in the same browser', async () => {
    const first = await ask()
    const id = await begin(world, first.visitor, app, 'consent', { audience: API, scope: SCOPE })
    expect((await first.visitor.send(consent, path(id), allow, { token: first.token })).status).toBe(403)
    expect(await grantedTo(first)).toBeUndefined()
  })

  it('not after somebody else has signed in to the browser', async () => {
    const asked = await ask()
    const other = await createEndUser(world.services)
    const at = `/u/login?request=${asked.id}`
    await asked.visitor.send(login, at, { username: other.email, password: PASSWORD })
    const { status, location } = await answer(asked, allow)
    expect({ status, location }).toEqual({ status: 303, location: `${path(asked.id)}&notice=made-for-another` })
    expect(await findGrant(world.services.db, other.user.userId, app.clientId, API)).toBeUndefined()
    expect(await grantedTo(asked)).toBeUndefined()
  })

  it('not with the token of an ordinary page, or with none', async () => {
    const { visitor, id } = await ask()
    expect((await visitor.send(consent, path(id), allow)).status).toBe(403)
    expect((await visitor.send(consent, path(id), allow, { token: null })).status).toBe(403)
  })

  it('not in another browser, even of the same person', async () => {
    const asked = await ask()
    const elsewhere = await openVisitorOf(world.services, 'account', asked.person)
    expect((await elsewhere.send(consent, path(asked.id), allow, { token: asked.token })).status).toBe(400)
  })

  it('and once: when the code is out, the same form finds no request', async () => {
    const asked = await ask()
    const given = await answer(asked, allow)
    await follow(world, asked.visitor, given.location ?? '')
    expect((await answer(asked, allow)).status).toBe(400)
  })
})

describe('an answer replaces what was allowed before', () => {
  const silently = async ({ visitor }: Asked) =>
    answerOf(
      await follow(
        world,
        visitor,
        `/authorize?${authorizeParams(app, { audience: API, scope: SCOPE, prompt: 'none' })}`,
      ),
    )

  it('what is unticked is not allowed afterwards, and is asked for again', async () => {
    const first = await ask()
    await answer(first, { decision: 'allow', scope: ['profile', 'write:items'] })
    expect((await silently(first)).code).toBeDefined()
    const again = await ask({ prompt: 'consent' }, first.person)
    await answer(again, { decision: 'allow', scope: ['profile'] })
    expect(await grantedTo(again)).toEqual(['openid', 'profile', 'read:items'])
    expect((await silently(again)).error).toBe('consent_required')
  })

  it('what the question did not name stays', async () => {
    const first = await ask()
    await answer(first, { decision: 'allow', scope: ['profile', 'write:items'] })
    const again = await ask({ scope: 'openid profile', prompt: 'consent' }, first.person)
    await answer(again, { decision: 'allow' }, ['openid'])
    expect((await grantedTo(again))?.toSorted()).toEqual(['openid', 'read:items', 'write:items'])
  })

  it('a no leaves nothing of what was asked for, and going back and allowing gives no code', async () => {
    const first = await ask()
    await answer(first, { decision: 'allow', scope: ['profile', 'write:items'] })
    const again = await ask({ prompt: 'consent' }, first.person)
    await answer(again, { decision: 'deny' })
    expect(await grantedTo(again)).toBeUndefined()
    const late = await answer(again, { decision: 'allow', scope: ['profile', 'write:items'] })
    expect(answerOf(await follow(world, again.visitor, late.location ?? '')).error).toBe('access_denied')
    expect((await silently(again)).error).toBe('consent_required')
  })

  it('of allow and deny at once one wins, with all that it writes', async () => {
    for (let round = 0; round < 5; round += 1) {
      const asked = await ask()
      const answers = await Promise.all([
        answer(asked, { decision: 'allow', scope: ['profile'] }),
        answer(asked, { decision: 'deny' }),
      ])
      expect(answers.map(({ status }) => status)).toEqual([303, 303])
      const { code } = answerOf(await follow(world, asked.visitor, answers[0].location ?? ''))
      expect(code !== undefined).toBe((await grantedTo(asked)) !== undefined)
    }
  })
})

describe('an answer counts for what its page has shown', () => {
  it('a box that the app makes needed meanwhile is asked for again, and not added', async () => {
    const asked = await ask()
    const { scopeRequests } = (await findClient(world.services.db, app.clientId)) ?? {}
    const needed = scopeRequests?.map((item) => ({ ...item, required: true })) ?? null
    await world.services.db.run(updateClient(app.clientId, { scopeRequests: needed }))
    const given = await answer(asked, { decision: 'allow' })
    await world.services.db.run(updateClient(app.clientId, { scopeRequests }))
    expect(given.status).toBe(409)
    expect(JSON.stringify(given.value)).toContain('what the app asks for')
    expect(await grantedTo(asked)).toBeUndefined()
  })

  it('an app of another name is asked about again, and can be refused', async () => {
    const asked = await ask()
    await world.services.db.run(updateClient(app.clientId, { name: 'Bank of Alice' }))
    const given = await answer(asked, { decision: 'allow', scope: ['profile'] })
    const refused = await answer(asked, { decision: 'deny' })
    await world.services.db.run(updateClient(app.clientId, { name: 'Photo Print' }))
    expect([given.status, refused.status]).toEqual([409, 303])
  })
})
