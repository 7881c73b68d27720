import { beforeEach, describe, expect, it } from 'vitest'
import * as activate from '~/routes/activate'
import * as login from '~/routes/u.login'
import { listAuditEvents } from '~db/queries/audit'
import { API, createFirstPartyClient, createThirdPartyClient } from '~tests/support/fixtures'
import { createEndUser, openVisitorOf, PASSWORD } from '~tests/support/people'
import { openVisitor } from '~tests/support/visitor'
import { begin } from '../account/account-world'
import { authorizeParams, claimsOf, obtainTokens, openBrowser } from '../oauth/authorization-world'
import { createManagementWorld, type ManagementWorld } from './management-world'

const PATH = '/tenants/settings'

let world: ManagementWorld
beforeEach(async () => {
  world = await createManagementWorld()
})

const change = async (body: object) => {
  const answer = await world.call('PATCH', PATH, body)
  expect(answer.status, answer.text).toBe(200)
  return answer.json
}

describe('the settings of the tenant', () => {
  it('are read with Auth0’s names, whole or in part', async () => {
    const { json } = await world.call('GET', PATH)
    expect(json).toMatchObject({
      friendly_name: 'Developer Portal',
      session_lifetime: 168,
      idle_session_lifetime: 72,
      default_directory: 'Username-Password-Authentication',
      enabled_locales: ['en'],
      device_flow: { charset: 'base20', mask: '****-****' },
      flags: { enable_client_connections: true, enable_dynamic_client_registration: false, universal_login: true },
    })
    expect((await world.call('GET', `${PATH}?fields=session_lifetime`)).json).toEqual({ session_lifetime: 168 })
  })

  it('can be sent back as they were read, and nothing changes', async () => {
    const { json } = await world.call('GET', PATH)
    expect(await change(json)).toEqual(json)
    expect(await listAuditEvents(world.services.db, { action: 'settings.updated' }, 10)).toHaveLength(0)
  })

  it('are changed where the body says so: flags one by one, null takes a value away', async () => {
    const { flags } = await change({ flags: { use_scope_descriptions_for_consent: false } })
    expect(flags).toMatchObject({ use_scope_descriptions_for_consent: false, enable_client_connections: true })
    await change({ support_email: 'help@example.com', picture_url: 'https://example.com/logo.png' })
    expect(await change({ support_email: '' })).not.toHaveProperty('support_email')
    expect(await change({ picture_url: null })).not.toHaveProperty('picture_url')
    const events = await listAuditEvents(world.services.db, { action: 'settings.updated' }, 10)
    expect(events.map(({ details }) => details)).toContainEqual({
      fields: ['flags.use_scope_descriptions_for_consent'],
    })
  })

  it.each([
    [{ flags: { universal_login: false } }, 'flags.universal_login'],
    [{ flags: { unheard_of: true } }, 'unheard_of'],
    [{ enabled_locales: ['de'] }, 'enabled_locales'],
    [{ sandbox_version: '12' }, 'sandbox_version'],
    [{ error_page: { html: '<b>no</b>' } }, 'error_page.html'],
    [{ picture_url: 'javascript:alert(1)' }, 'picture_url'],
    [{ allowed_logout_urls: ['https://*.example.com'] }, 'allowed_logout_urls.0'],
    [{ device_flow: { mask: '****' } }, 'device_flow.mask'],
    [{ default_audience: 'https://no.such.api/' }, 'default_audience'],
    [{ default_directory: 'partners' }, 'default_directory'],
    [{ session_lifetime: 0 }, 'session_lifetime'],
  ])('refuse what is not obeyed here: %j', async (body, member) => {
    const answer = await world.call('PATCH', PATH, body)
    expect(answer.status).toBe(400)
    expect(answer.json.message).toContain(member)
  })

  it('are read and changed with a scope for each', async () => {
    expect((await world.call('PATCH', PATH, {}, await world.tokenFor('read:tenant_settings'))).status).toBe(403)
    expect((await world.call('GET', PATH, undefined, await world.tokenFor('update:tenant_settings'))).status).toBe(403)
  })
})

describe('is obeyed:', () => {
  it('the default API stands for a request that names none', async () => {
    const client = await createFirstPartyClient(world.services)
    await change({ default_audience: API })
    const { access_token } = await obtainTokens(world, client, { scope: 'openid read:items' })
    expect(claimsOf(access_token)).toMatchObject({ aud: [API, expect.stringContaining('/userinfo')] })
  })

  it('the look of the codes of devices', async () => {
    await change({ device_flow: { charset: 'digits', mask: '***-***-***' } })
    const grantTypes = ['urn:ietf:params:oauth:grant-type:device_code']
    const tv = await createThirdPartyClient(world.services, { appType: 'native', grantTypes })
    const { json } = await world.machine.postForm('/oauth/device/code', { scope: 'openid' }, { client: tv })
    expect(json.user_code).toMatch(/^\d{3}-\d{3}-\d{3}$/)
    const visitor = await openVisitorOf(world.services, 'account', world.user)
    const typed = String(json.user_code).replaceAll('-', ' ')
    const answer = await visitor.send(activate, '/activate', { user_code: typed })
    expect(answer.location).toContain('/authorize/resume?request=')
  })

  it('whether a sign-up tells that an address has an account', async () => {
    const { clientId } = await createFirstPartyClient(world.services)
    const { user } = await createEndUser(world.services)
    const signUp = async () => {
      const body = { client_id: clientId, email: user.email, password: 'a long enough one', connection: CONNECTION }
      return (await world.machine.sendJson('POST', '/dbconnections/signup', body)).json
    }
    expect(await signUp()).toMatchObject({ code: 'invalid_signup' })
    await change({ flags: { enable_public_signup_user_exists_error: true } })
    expect(await signUp()).toMatchObject({ code: 'user_exists' })
  })

  it('whether what a person allowed ends with the refresh token', async () => {
    const client = await createThirdPartyClient(world.services)
    const isAskedAgain = async () => {
      const browser = await openBrowser(world, world.user)
      const { header } = await browser.authorize(authorizeParams(client, { scope: 'openid offline_access' }))
      return header('location')?.startsWith('/u/consent')
    }
    const revoke = async () => {
      const { refresh_token } = await obtainTokens(world, client, { scope: 'openid offline_access' })
      await world.machine.postForm('/oauth/revoke', { token: refresh_token ?? '' }, { client })
    }
    await revoke()
    expect(await isAskedAgain()).toBe(false)
    await change({ flags: { revoke_refresh_token_grant: true } })
    await revoke()
    expect(await isAskedAgain()).toBe(true)
  })

  it('whether a page asks before an unnamed person is signed out', async () => {
    const browser = await openBrowser(world, world.user)
    expect((await browser.get('/oidc/logout')).header('location')).toContain('/u/logout')
    await change({ sessions: { oidc_logout_prompt_enabled: false } })
    expect((await browser.get('/oidc/logout')).header('location')).toBe('/u/signed-out')
  })

  it('whether the metadata names the logout endpoint', async () => {
    const metadata = async () => (await world.machine.get('/.well-known/openid-configuration')).json
    expect(await metadata()).toHaveProperty('end_session_endpoint')
    await change({ oidc_logout: { rp_logout_end_session_endpoint_discovery: false } })
    expect(await metadata()).not.toHaveProperty('end_session_endpoint')
  })

  it('the page of the tenant’s own for refusals that go to no client', async () => {
    const browser = await openBrowser(world)
    expect((await browser.get('/authorize?client_id=nobody')).status).toBe(400)
    await change({ error_page: { url: 'https://example.com/error?from=login' } })
    const location = new URL((await browser.get('/authorize?client_id=nobody')).header('location') ?? '')
    expect(location.origin + location.pathname).toBe('https://example.com/error')
    expect(Object.fromEntries(location.searchParams)).toMatchObject({
      from: 'login',
      lang: 'en',
      error: 'invalid_request',
      error_description: 'Unknown client: nobody',
    })
    const { clientId } = await createFirstPartyClient(world.services)
    const path = `/authorize?client_id=${clientId}&response_type=code&redirect_uri=https://no.example/`
    const known = new URL((await browser.get(path)).header('location') ?? '')
    expect(known.searchParams.get('client_id')).toBe(clientId)
  })

  it('whether a session outlives the browser', async () => {
    const client = await createFirstPartyClient(world.services)
    const signIn = async () => {
      const { person, visitor } = { person: world.user, visitor: openVisitor(world.services) }
      const id = await begin(world, visitor, client, 'login')
      const fields = { username: person.user.email ?? '', password: PASSWORD }
      const { headers } = await visitor.send(login, `/u/login?request=${id}`, fields)
      return headers.getSetCookie().find((line) => line.includes('-session='))
    }
    expect(await signIn()).toContain('Max-Age')
    await change({ session_cookie: { mode: 'non-persistent' } })
    expect(await signIn()).not.toContain('Max-Age')
  })

  it('where client metadata documents come from', async () => {
    expect(await change({ client_id_metadata_document_supported: true })).toMatchObject({
      client_metadata_hosts: ['*'],
    })
    const { json } = await world.machine.get('/.well-known/openid-configuration')
    expect(json.client_id_metadata_document_supported).toBe(true)
  })
})

const CONNECTION = 'Username-Password-Authentication'
