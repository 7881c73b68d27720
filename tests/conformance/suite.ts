/** What the OpenID conformance suite does in every module: a flow, and the checks that belong to each step of it. */
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { expect } from 'vitest'
import { createFirstPartyClient, type TestClient } from '~tests/support/fixtures'
import type { MachineAnswer } from '~tests/support/machine'
import {
  answerOf,
  authorizeParams,
  type Browser,
  CALLBACK,
  claimsOf,
  createWorld,
  openBrowser,
  pendingId,
  signInAt,
  userinfo,
  type World,
} from '../oauth/authorization-world'

export type Mode = 'query' | 'form_post'

export type Tokens = {
  access_token: string
  id_token: string
  refresh_token?: string
  scope: string
  expires_in: number
}

export type Suite = {
  mode: Mode
  world: World
  client: TestClient
  second: TestClient
  /** A browser in which the test's user has signed in, or nobody. */
  open(who?: 'user'): Promise<Browser>
  /** An authorization request, as the suite sends it: without PKCE. */
  authorize(browser: Browser, given?: Record<string, string | undefined>): Promise<MachineAnswer>
  /** What came back at the callback, by the response mode that was asked for. */
  read(answer: MachineAnswer): Record<string, string>
  redeem(code: string | undefined, client?: TestClient): Promise<MachineAnswer>
  /** A whole flow with all checks. */
  run(given?: Record<string, string | undefined>, browser?: Browser): Promise<Tokens>
  claims(tokens: Tokens): Record<string, unknown>
  userinfo(tokens: Tokens): Promise<MachineAnswer>
}

const DAY = 86_400

export async function openSuite(mode: Mode): Promise<Suite> {
  const world = await createWorld()
  const [client, second] = [await createFirstPartyClient(world.services), await createFirstPartyClient(world.services)]
  const open = (who?: 'user') => openBrowser(world, who && world.user)

  const authorize = (browser: Browser, given: Record<string, string | undefined> = {}) =>
    browser.authorize(
      authorizeParams(client, {
        scope: 'openid',
        code_challenge: undefined,
        code_challenge_method: undefined,
        response_mode: mode === 'query' ? undefined : mode,
        ...given,
      }),
    )

  function read(answer: MachineAnswer): Record<string, string> {
    if (mode === 'query') return answerOf(answer)
    const [, action] = /<form method="post" action="([^"]+)"/.exec(answer.text) ?? []
    expect([answer.status, action]).toEqual([200, CALLBACK])
    const inputs = [...answer.text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)]
    return Object.fromEntries(inputs.map(([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')]))
  }

  const redeem = (code: string | undefined, as = client) =>
    world.machine.token({ grant_type: 'authorization_code', code: code ?? '', redirect_uri: CALLBACK }, as)

  async function run(given: Record<string, string | undefined> = {}, browser?: Browser): Promise<Tokens> {
    const answer = read(await authorize(browser ?? (await open('user')), given))
    expect(answer).toMatchObject({ state: 'the state', iss: world.services.config.issuer })
    expect(Object.keys(answer).sort()).toEqual(['code', 'iss', 'state'])
    requireEntropy(answer.code)
    const response = await redeem(answer.code)
    expect([response.status, response.header('cache-control'), response.header('pragma')]).toEqual([
      200,
      'no-store',
      'no-cache',
    ])
    const tokens = response.json as Tokens
    expect(tokens.expires_in).toBeGreaterThan(0)
    expect(tokens.expires_in).toBeLessThan(365 * DAY)
    requireEntropy(tokens.access_token)
    await requireIdToken(world, client, tokens, given.nonce === undefined && 'nonce' in given ? undefined : 'the nonce')
    expect((await userinfo(world, tokens)).status).toBe(200)
    return tokens
  }

  return {
    mode,
    world,
    client,
    second,
    open,
    authorize,
    read,
    redeem,
    run,
    claims: ({ id_token }) => claimsOf(id_token),
    userinfo: (tokens) => userinfo(world, tokens),
  }
}

/** Signs in at our page, where an answer led to it. */
export const signIn = async ({ world }: Suite, browser: Browser, answer: MachineAnswer): Promise<MachineAnswer> =>
  signInAt(world, browser, pendingId(answer, 'login'), world.user)

async function requireIdToken({ machine, services }: World, client: TestClient, { id_token }: Tokens, nonce?: string) {
  const keys = (await machine.get('/.well-known/jwks.json')).json as unknown as JSONWebKeySet
  const now = Math.floor(services.clock.now() / 1000)
  const { payload } = await jwtVerify(id_token, createLocalJWKSet(keys), {
    issuer: services.config.issuer,
    audience: client.clientId,
    currentDate: new Date(services.clock.now()),
  })
  expect(decodeProtectedHeader(id_token)).toMatchObject({ alg: 'RS256', kid: expect.any(String) })
  expect(payload.nonce).toBe(nonce)
  expect(payload.exp).toBeGreaterThan(now)
  expect(Math.abs((payload.iat ?? 0) - now)).toBeLessThan(300)
  expect(payload.auth_time).toBeLessThanOrEqual(now)
  expect(payload.acr).not.toBe('')
  expect(payload.sub).toMatch(/^[\x21-\x7e]{1,255}$/)
  expect(payload).toHaveProperty('at_hash')
  expect(payload).not.toHaveProperty('nbf')
}

/** At least 96 bits by Shannon's measure, of 128 (the suite's estimate). */
function requireEntropy(value = ''): void {
  const counts = new Map<string, number>()
  for (const letter of value) counts.set(letter, (counts.get(letter) ?? 0) + 1)
  const bits = [...counts.values()].reduce((sum, count) => sum - count * Math.log2(count / value.length), 0)
  expect(bits).toBeGreaterThan(96)
}

/** A refusal at the callback: a code of the registry, a plain description, the state, and no code. */
export function requireRefusal(suite: Suite, answer: MachineAnswer, errors: string[]): void {
  const refusal = suite.read(answer)
  expect(errors).toContain(refusal.error)
  expect(refusal.state).toBe('the state')
  expect(refusal).not.toHaveProperty('code')
  expect(refusal.error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/)
}

/** A page of ours: nothing goes to the callback. */
export function requireErrorPage(answer: MachineAnswer): void {
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expect(answer.header('location')).toBeUndefined()
  expect(answer.text).not.toContain('document.forms[0].submit()')
}

export function requireTokenError(answer: MachineAnswer, error: string): void {
  expect([answer.status, answer.json.error]).toEqual([400, error])
  expect(answer.header('content-type')).toContain('application/json')
}
