import { beforeAll, describe, expect, test } from 'vitest'
import { createManagementWorld, type ManagementWorld } from './management-world'

let world: ManagementWorld
beforeAll(async () => {
  world = await createManagementWorld()
})

/** Sends what is no deed, so that nothing is recorded. */
const send = async (method: Method, path: string, body: unknown) =>
  world.machine.sendJson(method, `/api/v2${path}`, body, { bearer: await world.tokenFor() })

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH'

describe('a feature that is absent', () => {
  test('has empty lists, with and without a total, and by position', async () => {
    expect(JSON.parse((await world.call('GET', '/roles')).text)).toEqual([])
    expect((await world.call('GET', '/rules?page=0&per_page=100&include_totals=true')).json).toEqual({
      rules: [],
      start: 0,
      limit: 100,
      length: 0,
      total: 0,
    })
    expect((await world.call('GET', '/organizations?take=50')).json).toEqual({ organizations: [] })
    expect((await world.call('GET', '/user-attribute-profiles')).json).toEqual({ user_attribute_profiles: [] })
  })

  test.each<[Method, string]>([
    ['POST', '/roles'],
    ['POST', '/organizations/org_1/members'],
    ['PATCH', '/branding/themes/default'],
    ['PUT', '/guardian/factors/sms/templates'],
    ['GET', '/guardian/factors/sms/templates'],
    ['GET', '/supplemental-signals'],
  ])('says so: %s %s', async (method, path) => {
    const answer = await send(method, path, {})
    expect(answer.json).toMatchObject({ statusCode: 403, errorCode: 'feature_not_enabled' })
  })

  test.each([
    ['/branding/themes/default', 'theme_not_found'],
    ['/emails/provider?fields=name&include_fields=true', 'inexistent_email_provider'],
  ])('that there is one of at most is not found, by a code: %s', async (path, errorCode) => {
    expect(await world.call('GET', path)).toMatchObject({ status: 404, json: { errorCode } })
  })
})

describe('a setting that has one value', () => {
  test.each<[Method, string, unknown]>([
    ['PUT', '/guardian/factors/otp', { enabled: true }],
    ['PUT', '/guardian/factors/sms', { enabled: false }],
    ['PATCH', '/risk-assessments/settings', { enabled: false }],
    ['PUT', '/guardian/policies', []],
  ])('takes it: %s %s', async (method, path, value) => {
    const answer = await send(method, path, value)
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.text)).toEqual(value)
  })

  test.each<[Method, string, unknown, number]>([
    ['PUT', '/guardian/factors/otp', { enabled: false }, 403],
    ['PUT', '/guardian/factors/sms', { enabled: true }, 403],
    ['PATCH', '/risk-assessments/settings', { enabled: true }, 400],
    ['PUT', '/guardian/policies', ['all-applications'], 400],
  ])('takes no other: %s %s', async (method, path, value, status) => {
    expect((await send(method, path, value)).status).toBe(status)
  })
})
