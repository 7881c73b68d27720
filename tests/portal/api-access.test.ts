/** The organization's own programs: who makes them, and what is told of their secrets. */
import { eq } from 'drizzle-orm'
import { beforeAll, expect, it } from 'vitest'
import { MAX_API_CLIENTS } from '~/domain/partners/api-clients'
import * as organization from '~/routes/portal._app.organization'
import { write } from '~db/database'
import { openMachine } from '~tests/support/machine'
import { createPartner, createWorld, get, post, signInAgain, type World } from './portal-world'

type Page = { access: { programs: { clientId: string; name: string; lastUsedAt: number | null }[] }; mayEdit: boolean }
type Made = { made: { name: string | null; clientId: string; secret: string; oldWorksUntil: number | null } }

let world: World
let ann: Awaited<ReturnType<typeof createPartner>>
let bob: Awaited<ReturnType<typeof createPartner>>
beforeAll(async () => {
  world = await createWorld()
  ann = await createPartner(world, 'Ann')
  bob = await createPartner(world, 'Bob')
})

const path = '/portal/organization'
const act = (fields: Record<string, string>, { cookies } = ann) => post(world, organization, fields, { path, cookies })
const read = async ({ cookies } = ann) => (await get(world, organization, { path, cookies })).value as Page
const add = async (name: string) => ((await act({ intent: 'create-api-client', name })).value as Made).made

async function statusOfToken({ clientId, secret }: { clientId: string; secret: string }) {
  const { token } = await openMachine(world.services)
  const audience = `${world.services.config.issuer}api/v2/`
  return (await token({ grant_type: 'client_credentials', audience }, { clientId, secret })).status
}

it('is made with a secret that is shown once, rotated with an overlap, and deleted', async () => {
  const made = await add('Deployments')
  expect(await statusOfToken(made)).toBe(200)
  expect(world.mails.at(-1)?.text).toContain('made the API client Deployments')
  const { programs } = (await read()).access
  expect(programs).toMatchObject([{ clientId: made.clientId, name: 'Deployments', lastUsedAt: expect.any(Number) }])
  expect(JSON.stringify(await read())).not.toContain(made.secret)

  const fields = { client_id: made.clientId, overlap_hours: '1' }
  const rotated = ((await act({ intent: 'rotate-api-client', ...fields })).value as Made).made
  expect(rotated).toMatchObject({ clientId: made.clientId, oldWorksUntil: expect.any(Number) })
  expect(await statusOfToken(made)).toBe(200)
  expect(await statusOfToken(rotated)).toBe(200)
  world.clock.advance(3_600_001)
  expect(await statusOfToken(made)).toBe(401)
  ann.cookies = await signInAgain(world, ann)
  bob.cookies = await signInAgain(world, bob)

  const deleted = await act({ intent: 'delete-api-client', client_id: made.clientId })
  expect(deleted.location).toBe('/portal/organization?notice=api-client-deleted')
  expect((await read()).access.programs).toEqual([])
  expect(await statusOfToken(rotated)).toBe(401)
})

it('has a name, and there are not more of them than can be told apart', async () => {
  const refused = await act({ intent: 'create-api-client', name: ' ' })
  expect(refused).toMatchObject({ status: 400, value: { lastResult: { error: { name: [expect.any(String)] } } } })
  for (let n = 0; n < MAX_API_CLIENTS; n++) await add(`Program ${n}`)
  expect((await act({ intent: 'create-api-client', name: 'One more' })).status).toBe(409)
})

it('is another organization’s neither to see nor to touch', async () => {
  const [{ clientId } = { clientId: '' }] = (await read()).access.programs
  expect((await read(bob)).access.programs).toEqual([])
  for (const intent of ['rotate-api-client', 'delete-api-client'])
    expect((await act({ intent, client_id: clientId, overlap_hours: '0' }, bob)).status).toBe(404)
  expect((await read()).access.programs).toHaveLength(MAX_API_CLIENTS)
})

it('is made by owners alone: developers see that there are some', async () => {
  const eve = await createPartner(world, 'Eve')
  const developer = { partnerId: ann.partner.id, role: 'developer' } as const
  await world.services.db.run(
    write(({ sql, t: { partnerMembers: m } }) => sql.update(m).set(developer).where(eq(m.userId, eve.user.userId))),
  )
  const seen = await read(eve)
  expect(seen.mayEdit).toBe(false)
  expect(seen.access.programs).toHaveLength(MAX_API_CLIENTS)
  const [{ clientId } = { clientId: '' }] = seen.access.programs
  for (const intent of ['create-api-client', 'rotate-api-client', 'delete-api-client'])
    expect((await act({ intent, name: 'Mine', client_id: clientId, overlap_hours: '0' }, eve)).status).toBe(403)
})
