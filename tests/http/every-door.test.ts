/** Every door, with what tears programs apart in each of its fields: it is answered, and the answer costs little. */
import { beforeAll, expect, it } from 'vitest'
import { clientMetadata } from '~/domain/clients/client-metadata'
import { FORM_TOKEN_FIELD } from '~/platform/form-token'
import { MADE_FOR_ANOTHER } from '~/ui/made-for-another'
import { deleteExpiredAttempts } from '~db/queries/rate-limits'
import {
  actsAt,
  createWorld,
  declarationOf,
  formsOf,
  machineDoors,
  managementDoors,
  membersOf,
  pageDoors,
  parameters,
  type World,
} from './doors'
import { bodies, forms, shortText, texts, values } from './hostile'
import { BOUND, measure } from './measure'

const FORM = 'application/x-www-form-urlencoded'
const JSON_TYPE = 'application/json'

let world: World

/** Wrong passwords are answered slowly, which costs nothing. */
const TIMEOUT = 60_000

beforeAll(async () => {
  world = await createWorld()
})

/** What is said of forms that were made in another browser, or for somebody else. */
const WALL = new RegExp(`This form is out of date|${MADE_FOR_ANOTHER}`)

let networks = 0

type Attempt = {
  what: string
  target: string
  method?: string
  headers?: Record<string, string>
  body?: string | Buffer
}

/** Makes the attempts, each from another network, and says of those that fail the door how they do. */
async function faultsOf(attempts: Attempt[]): Promise<string[]> {
  const faults: string[] = []
  for (const { what, target, method, headers, body } of attempts) {
    const send = () => {
      networks += 1
      const network = `2001:db8:${(networks >> 16).toString(16)}:${(networks & 0xffff).toString(16)}::1`
      return world.send(target, { method, headers: { ...headers, 'x-forwarded-for': network }, body })
    }
    let [{ status, text }, cost] = await measure(send)
    if (status === 429) {
      // Networks differ; a person is one.
      await world.services.db.run(deleteExpiredAttempts(Number.MAX_SAFE_INTEGER))
      ;[{ status, text }, cost] = await measure(send)
    }
    if (status >= 500) faults.push(`${what}: ${status} ${text.slice(0, 200)}`)
    if (status === 429) faults.push(`${what}: a limit hides the door`)
    if (WALL.test(text)) faults.push(`${what}: the form is not read`)
    if (cost >= BOUND) faults.push(`${what}: ${status} after ${Math.round(cost / 1000)} ms of CPU`)
  }
  return faults
}

const named = <Door extends { method: string; path: string }>(doors: Door[]) =>
  doors.map((door) => [`${door.method} ${door.path}`, door] as const)

/** Names and values of a form, or of an address; hostile ones are encoded already. */
const encoded = (known: Record<string, string>, hostile: Record<string, string>) =>
  [
    ...Object.entries(known).flatMap(([name, value]) =>
      name in hostile ? [] : [`${name}=${encodeURIComponent(value)}`],
    ),
    ...Object.entries(hostile).map(([name, text]) => `${name}=${text}`),
  ].join('&')

it.each(named(machineDoors))(
  '%s',
  async (_name, { method, path }) => {
    const target = world.placed(path)
    const realm = 'Username-Password-Authentication'
    const known: Record<string, string> = {
      client_id: world.app.clientId,
      client_secret: world.app.secret ?? '',
      response_type: 'code',
      redirect_uri: 'https://app.example.com/callback',
      connection: realm,
      realm,
      grant_type: 'http://auth0.com/oauth/grant-type/password-realm',
    }
    const isRead = method === 'GET' || method === 'DELETE'
    const form = { method, headers: { 'content-type': FORM } }
    const json = { target, method, headers: { 'content-type': JSON_TYPE } }
    const attempts: Attempt[] = []
    for (const [what, body] of forms('state'))
      attempts.push(
        isRead
          ? { what, target: `${target}?${encodeURI(body).slice(0, 8000)}`, method }
          : { ...form, target, what, body },
      )
    for (const name of parameters) {
      if (isRead) attempts.push({ what: name, target: `${target}?${encoded(known, { [name]: shortText })}`, method })
      for (const [what, text] of isRead ? [] : texts) {
        // A password is looked at beside the name that it belongs to.
        const body = encoded(known, name === 'password' ? { username: text, password: text } : { [name]: text })
        attempts.push({ ...form, target, what: `${name}: ${what}`, body })
      }
    }
    if (!isRead) for (const [what, body] of bodies) attempts.push({ ...json, what, body })
    if (path.startsWith('/oidc/register') && !isRead)
      for (const path of membersOf(clientMetadata).paths)
        for (const [what, value] of values)
          attempts.push({ ...json, what: `${path.join('.')}: ${what}`, body: member(path, value) })
    expect(await faultsOf(attempts)).toEqual([])
  },
  TIMEOUT,
)

/** An object in JSON with one member somewhere in it, and texts for others. */
function member([name = '', ...inner]: string[], json: string, others: string[] = []): string {
  const rest = others.filter((other) => other !== name).map((other) => `,${JSON.stringify(other)}:"people"`)
  return `{${JSON.stringify(name)}:${inner.length > 0 ? member(inner, json) : json}${rest.join('')}}`
}

it.each(named(managementDoors))(
  '%s',
  async (_name, endpoint) => {
    const { method } = endpoint
    const target = world.placed(endpoint.path)
    const authorization = `Bearer ${await world.openProgram()}`
    const { query, body, bodyType } = declarationOf(endpoint) ?? {}
    const json = { target, method, headers: { authorization, 'content-type': JSON_TYPE } }
    const attempts: Attempt[] = []
    for (const name of Object.keys(query?.shape ?? {}))
      attempts.push({ what: name, target: `${target}?${name}=${shortText}`, method, headers: { authorization } })
    if (body && !bodyType) {
      const { paths, required } = membersOf(body)
      for (const path of paths)
        for (const [what, value] of values)
          attempts.push({ ...json, what: `${path.join('.')}: ${what}`, body: member(path, value, required) })
    }
    if (body) for (const [what, body] of bodies) attempts.push({ ...json, what, body })
    expect(await faultsOf(attempts)).toEqual([])
  },
  TIMEOUT,
)

it('is tried with what its acts read, whether or not their forms are shown', () => {
  const fields = Object.fromEntries(
    (actsAt.get('/portal/apps/:clientId/credentials') ?? []).map((act) => [act.intent, act.fields]),
  )
  expect(fields).toEqual({
    'rotate-secret': ['overlap_hours', 'newest_secret'],
    'retire-secret': ['secret_id'],
  })
  expect([...actsAt.values()].flat().filter(({ fields }) => fields.length > 0).length).toBeGreaterThan(50)
})

it.each(pageDoors)(
  'the forms of %s',
  async (address) => {
    const { cookie, formToken, request } = await world.openBrowser()
    const shown = await world.send(`${world.placed(address)}?request=${request}`, { headers: { cookie } })
    const sent = {
      target: `${world.placed(address)}.data?request=${request}`,
      method: 'POST',
      headers: { cookie, origin: new URL(world.services.config.issuer).origin, 'content-type': FORM },
    }
    const attempts: Attempt[] = forms('name').map(([what, body]) => ({
      ...sent,
      what,
      body: `${FORM_TOKEN_FIELD}=${formToken}&${body}`,
    }))
    const seen = new Set<string>()
    for (const form of formsOf(shown.text)) {
      const fields = Object.fromEntries(form)
      for (const name of form.keys()) {
        // Of rows that are alike, one is enough; what a field does follows from the button.
        const alike = name === 'intent' ? name : `${form.get('intent')} ${name.replace(/\d+/, '')}`
        if (name === FORM_TOKEN_FIELD || seen.has(alike)) continue
        seen.add(alike)
        for (const [what, text] of texts)
          attempts.push({ ...sent, what: `${name}: ${what}`, body: encoded(fields, { [name]: text }) })
      }
    }
    for (const { intent, fields } of actsAt.get(address) ?? [])
      for (const name of fields) {
        if (seen.has(`${intent} ${name}`)) continue
        const others = Object.fromEntries(fields.map((other) => [other, 'x']))
        const known = { ...others, intent, [FORM_TOKEN_FIELD]: formToken }
        for (const [what, text] of texts)
          attempts.push({ ...sent, what: `${intent} ${name}: ${what}`, body: encoded(known, { [name]: text }) })
      }
    expect(await faultsOf(attempts)).toEqual([])
  },
  TIMEOUT,
)
