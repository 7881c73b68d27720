// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of Auth0's texts look like those of templates
import { beforeEach, describe, expect, it } from 'vitest'
import * as consent from '~/routes/u.consent'
import * as login from '~/routes/u.login'
import * as resetPassword from '~/routes/u.reset-password'
import * as signup from '~/routes/u.signup'
import { createThirdPartyClient, type TestClient } from '~tests/support/fixtures'
import { openVisitorOf } from '~tests/support/people'
import { openVisitor } from '~tests/support/visitor'
import { begin } from '../account/account-world'
import { createManagementWorld, type ManagementWorld } from './management-world'

let world: ManagementWorld
let client: TestClient
beforeEach(async () => {
  world = await createManagementWorld()
  client = await createThirdPartyClient(world.services, { name: 'Trip Planner' })
})

const put = (prompt: string, texts: unknown, language = 'en') =>
  world.call('PUT', `/prompts/${prompt}/custom-text/${language}`, texts)

async function change(prompt: string, texts: object) {
  const answer = await put(prompt, texts)
  expect(answer.status, answer.text).toBe(200)
}

/** What a page of an authorization gives to its view. */
async function textsAt(page: 'login' | 'signup') {
  const visitor = openVisitor(world.services)
  const id = await begin(world, visitor, client, page, page === 'signup' ? { prompt: 'create' } : {})
  const { value } = await visitor.load(page === 'login' ? login : signup, `/u/${page}?request=${id}`)
  return value as { texts: Record<string, Record<string, string>> }
}

describe('the texts of a prompt', () => {
  it('stand on its pages in place of the program’s, until they are taken back', async () => {
    expect((await world.call('GET', '/prompts/login/custom-text/en')).json).toEqual({})
    const own = { login: { title: 'Welcome to ${clientName}', description: 'With your ${companyName} account <b>' } }
    await change('login', own)
    expect((await world.call('GET', '/prompts/login/custom-text/en')).json).toEqual(own)
    expect((await textsAt('login')).texts.login).toMatchObject({
      title: 'Welcome to Trip Planner',
      description: 'With your Developer Portal account <b>',
      buttonText: 'Sign in',
    })
    await change('login', {})
    expect((await textsAt('login')).texts.login).toMatchObject({ title: 'Sign in' })
  })

  it('are those of the sign-up, consent and password pages too', async () => {
    await change('signup', { signup: { buttonText: 'Join' } })
    await change('consent', { consent: { title: 'May ${clientName}?', acceptButtonText: 'Yes' } })
    await change('reset-password', { 'reset-password-request': { title: 'Lost it?' } })
    expect((await textsAt('signup')).texts.signup).toMatchObject({ buttonText: 'Join' })
    const visitor = await openVisitorOf(world.services, 'account', world.user)
    const id = await begin(world, visitor, client, 'consent')
    const asked = await visitor.load(consent, `/u/consent?request=${id}`)
    expect(asked.value).toMatchObject({ texts: { title: 'May Trip Planner?', acceptButtonText: 'Yes' } })
    const reset = await visitor.load(resetPassword, '/u/reset-password')
    expect(reset.value).toMatchObject({ page: { texts: { 'reset-password-request': { title: 'Lost it?' } } } })
  })

  it.each([
    ['login', { login: { unheard: 'of' } }, 'login.unheard'],
    ['login', { signup: { title: 'x' } }, 'signup'],
    ['login', { login: { title: '${password}' } }, 'login.title'],
    ['login', { login: { title: 'two\nlines' } }, 'login.title'],
    ['login', { login: { title: 7 } }, 'login.title'],
    ['consent', { consent: { title: 'Go on' } }, 'consent.title'],
  ])('of %s are refused where no page shows them: %j', async (prompt, texts, member) => {
    const answer = await put(prompt, texts)
    expect([answer.status, answer.json.message]).toEqual([400, expect.stringContaining(`on property ${member}.`)])
  })

  it('are in English', async () => {
    expect((await put('login', {}, 'de')).status).toBe(400)
  })

  it('of a prompt that has no page here are none, and can be none', async () => {
    expect((await world.call('GET', '/prompts/passkeys/custom-text/en')).json).toEqual({})
    const refused = await put('passkeys', { passkeys: { title: 'x' } })
    expect([refused.status, refused.json.message]).toEqual([400, expect.stringContaining('There is no page passkeys')])
  })
})

it('the settings of the prompts have one value here', async () => {
  const { json } = await world.call('GET', '/prompts')
  expect((await world.call('PATCH', '/prompts', json)).json).toEqual(json)
  expect((await world.call('PATCH', '/prompts', { identifier_first: true })).status).toBe(400)
})
