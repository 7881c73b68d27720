/** Partners by program, and that none reaches what is another’s. */
import { beforeAll, describe, expect, test } from 'vitest'
import { resourceEndpoints } from './management-world'
import { createManagementWorld, createPartnerProgram, type ManagementWorld, type PartnerProgram } from './partner-world'

let world: ManagementWorld
let mine: PartnerProgram
let theirs: PartnerProgram
/** Of the other partner, what stands in the paths. */
let ids: Record<string, string>

beforeAll(async () => {
  world = await createManagementWorld()
  mine = await createPartnerProgram(world)
  theirs = await createPartnerProgram(world)
  const client_id = await theirs.createApp()
  const { json } = await theirs.call('GET', `/apps/${client_id}`)
  await theirs.call('POST', `/apps/${client_id}/testers`, { email: 'tester@example.com' })
  await theirs.call('POST', `/apps/${client_id}/rotate-secret`, {})
  const secrets = JSON.parse((await theirs.call('GET', `/apps/${client_id}/secrets`)).text)
  await world.machine.get(
    `/authorize?${new URLSearchParams({ client_id, response_type: 'code', redirect_uri: 'https://no.example/' })}`,
  )
  const refusals = JSON.parse((await theirs.call('GET', `/apps/${client_id}/refusals`)).text)
  ids = {
    id: theirs.partner.id,
    client_id,
    version_id: String(json.proposed_version_id),
    secret_id: secrets[1].id,
    refusal_id: refusals[0].id,
    email: 'tester@example.com',
  }
})

const BODIES: Record<string, object> = {
  'POST /apps/{client_id}/testers': { email: 'spy@example.com' },
  'PATCH /apps/{client_id}': { name: 'Stolen' },
  'PATCH /partners/{id}': { name: 'Stolen' },
}

const open = resourceEndpoints
  .map(({ declaration: { method, path, partnerScopes } }) => ({
    method,
    path: path.replace('/api/v2', ''),
    partnerScopes,
  }))
  .filter(({ partnerScopes, path }) => partnerScopes !== undefined && path.includes('{'))

const fill = (path: string) => path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ids[name] ?? 'none'))

describe('what is another partner’s', () => {
  test.each(open.map(({ method, path }) => [method, path] as const))('%s %s is not there', async (method, path) => {
    const body = BODIES[`${method} ${path}`] ?? {}
    const refused = await mine.call(method, fill(path), body)
    expect(refused.json).toMatchObject({ statusCode: 404, message: expect.stringMatching(/does not exist\.$/) })
    const unknown = await mine.call(method, path.replace(/\{\w+\}/g, 'nobody'), body)
    expect(refused.text, 'as what nobody has').toBe(unknown.text)
  })

  test('is as it was', async () => {
    expect((await theirs.call('GET', `/apps/${ids.client_id}`)).json).toMatchObject({
      name: 'Photo Print',
      state: 'development',
    })
    expect((await theirs.call('GET', `/apps/${ids.client_id}/testers`)).text).not.toContain('spy@example.com')
  })

  test('is not reached below an own app either', async () => {
    const own = await mine.createApp({ name: 'Own' })
    const paths = [`versions/${ids.version_id}`, `refusals/${ids.refusal_id}`]
    for (const path of paths) expect((await mine.call('GET', `/apps/${own}/${path}`)).status, path).toBe(404)
    expect((await mine.call('DELETE', `/apps/${own}/secrets/${ids.secret_id}`)).status).toBe(404)
    expect((await mine.call('DELETE', `/apps/${own}/testers/${ids.email}`)).status).toBe(404)
  })

  test('stands in no list', async () => {
    await mine.createApp({ name: 'Listed' })
    for (const query of ['', `?partner_id=${ids.id}`, '?q=photo', '?include_totals=true', '?take=100']) {
      expect((await mine.call('GET', `/apps${query}`)).text, query).not.toContain(String(ids.client_id))
    }
    expect(JSON.parse((await mine.call('GET', '/apps?partner_id=nobody')).text)).toEqual([])
    expect(JSON.parse((await mine.call('GET', '/partners')).text)).toMatchObject([{ id: mine.partner.id }])
    const totals = await mine.call('GET', '/partners?include_totals=true')
    expect(totals.json).toMatchObject({ total: 1, length: 1 })
  })
})

describe('a partner', () => {
  test('is read and renamed by its own program and by the tenant’s', async () => {
    const path = `/partners/${mine.partner.id}`
    for (const [index, call] of [mine.call, world.call].entries()) {
      const changed = await call('PATCH', path, { name: `Prints ${index}`, website_uri: 'https://prints.example/' })
      expect(changed.json).toMatchObject({ name: `Prints ${index}`, website_uri: 'https://prints.example/' })
    }
    expect((await mine.call('PATCH', path, { website_uri: null })).json).not.toHaveProperty('website_uri')
    expect((await mine.call('PATCH', path, { website_uri: 'http://prints.example/' })).json).toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('on property website_uri'),
    })
  })

  test('has people, of whom its own programs are not told the ids', async () => {
    const path = `/partners/${mine.partner.id}/members`
    const own = await mine.call('GET', path)
    expect(JSON.parse(own.text)).toMatchObject([{ name: mine.user.name, role: 'owner', email: mine.email }])
    expect(own.text).not.toContain(mine.user.userId)
    expect(JSON.parse((await world.call('GET', path)).text)).toMatchObject([{ user_id: mine.user.userId }])
  })

  test('is suspended once, with its apps, and reinstated once', async () => {
    const path = `/partners/${theirs.partner.id}`
    expect((await world.call('POST', `${path}/suspend`, { reason: 'short' })).status).toBe(400)
    const suspended = await world.call('POST', `${path}/suspend`, { reason: 'Abuse was reported.' })
    expect(suspended.json).toHaveProperty('suspended_at')
    expect((await world.call('POST', `${path}/suspend`, { reason: 'Abuse was reported.' })).status).toBe(409)
    expect((await world.call('GET', `/apps/${ids.client_id}`)).json).toMatchObject({ state: 'suspended' })
    const more = { name: 'More', app_type: 'non_interactive', partner_id: theirs.partner.id }
    expect((await world.call('POST', '/apps', more)).status).toBe(409)
    expect((await world.call('POST', `${path}/reinstate`, {})).json).not.toHaveProperty('suspended_at')
    expect((await world.call('POST', `${path}/reinstate`, {})).status).toBe(409)
    expect((await world.call('GET', `/apps/${ids.client_id}`)).json).toMatchObject({ state: 'development' })
  })
})
