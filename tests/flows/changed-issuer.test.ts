/** A program that is stopped, and started again at another address. */
import { decodeJwt } from 'jose'
import { expect, it } from 'vitest'
import { type Program, startProgram } from '~tests/support/process'
import { MANAGEMENT_CLIENT } from '~tests/support/test-environment'

const env = { MANAGEMENT_CLIENT_ID: MANAGEMENT_CLIENT.clientId, MANAGEMENT_CLIENT_SECRET: MANAGEMENT_CLIENT.secret }

async function tokenFor(program: Program, audience: string): Promise<{ status: number; token: string }> {
  const answer = await fetch(program.url('/oauth/token'), {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: MANAGEMENT_CLIENT.clientId,
      client_secret: MANAGEMENT_CLIENT.secret,
      audience,
    }),
  })
  return { status: answer.status, token: (await answer.json()).access_token }
}

const call = async (program: Program, token: string, change?: object): Promise<number> => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const given = change ? { method: 'PATCH', body: JSON.stringify(change) } : {}
  return (await fetch(program.url('/api/v2/tenants/settings'), { headers, ...given })).status
}

it('its programs work at the new address, and by the old audience for as long as the owner says', async () => {
  const before = await startProgram({ env })
  const formerAudience = before.url('/api/v2/')
  const former = await tokenFor(before, formerAudience)
  expect(await call(before, former.token)).toBe(200)
  await before.stop()

  const after = await startProgram({ env, folder: before.folder })
  const audience = after.url('/api/v2/')
  expect(audience).not.toBe(formerAudience)
  const { token } = await tokenFor(after, audience)
  expect(decodeJwt(token)).toMatchObject({ iss: after.issuer, aud: audience })
  expect(await call(after, token)).toBe(200)
  const withFormer = async () => [await call(after, former.token), (await tokenFor(after, formerAudience)).status]
  expect(await withFormer()).toEqual([200, 200])
  expect(await call(after, token, { former_issuer_days: 0 })).toBe(200)
  expect(await withFormer()).toEqual([401, 403])
  expect(after.stderr()).not.toMatch(/"level":(50|60)/)
})
