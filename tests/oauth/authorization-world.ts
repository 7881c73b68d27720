/** A browser at the authorization server, and what an app does with its answers. */
import { createHash, randomBytes } from 'node:crypto'
import { decodeJwt } from 'jose'
import { allowConsent, denyConsent } from '~/domain/grants/answer-consent'
import { findPendingAuthorization, noteSignIn } from '~/domain/grants/pending-authorization'
import { findSession, startSession } from '~/domain/sessions/sessions'
import { cookieName } from '~/platform/cookies'
import { type Cookies, visitorContext } from '~tests/support/context'
import { API, CALLBACK, createApi, type TestClient } from '~tests/support/fixtures'
import { type Machine, type MachineAnswer, openMachine } from '~tests/support/machine'
import { createEndUser, type Person, signIn } from '~tests/support/people'
import { createTestServices, type TestServices } from '~tests/support/services'

export type World = { services: TestServices; machine: Machine; user: Person }

/** @param env variables in place of the usual ones */
export async function createWorld(env: Record<string, string> = {}): Promise<World> {
  const services = await createTestServices({ env })
  await createApi(services)
  return { services, machine: await openMachine(services), user: await createEndUser(services, { isVerified: true }) }
}

export const ALL_SCOPES = 'openid profile email offline_access'

export const newPkce = () => {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

/** A right request of the code flow; `undefined` leaves a parameter out. */
export function authorizeParams(client: TestClient, given: Record<string, string | undefined> = {}): URLSearchParams {
  const all: Record<string, string | undefined> = {
    client_id: client.clientId,
    redirect_uri: CALLBACK,
    response_type: 'code',
    scope: ALL_SCOPES,
    state: 'the state',
    nonce: 'the nonce',
    code_challenge: newPkce().challenge,
    code_challenge_method: 'S256',
    ...given,
  }
  return new URLSearchParams(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

export type Browser = {
  cookies: Cookies
  get(path: string): Promise<MachineAnswer>
  authorize(params: URLSearchParams): Promise<MachineAnswer>
}

/** @param person who is signed in there; nobody, if left out */
export async function openBrowser({ services, machine }: World, person?: Person): Promise<Browser> {
  const cookies: Cookies = {
    'visitor-1': randomBytes(24).toString('base64url'),
    ...(person ? await signIn(services, 'account', person) : {}),
  }
  const get = (path: string) =>
    machine.get(path, {
      headers: {
        cookie: Object.entries(cookies)
          .map(([name, value]) => `${cookieName(services.config, name)}=${value}`)
          .join('; '),
      },
    })
  return { cookies, get, authorize: (params) => get(`/authorize?${params}`) }
}

/** What came back at the callback. @throws when the answer is no redirect to it */
export function answerOf(answer: MachineAnswer, callback = CALLBACK): Record<string, string> {
  const location = answer.header('location') ?? ''
  if (!location.startsWith(callback))
    throw new Error(`not at the callback: ${answer.status} ${location} ${answer.text.slice(0, 400)}`)
  const url = new URL(location)
  return Object.fromEntries(new URLSearchParams(url.hash ? url.hash.slice(1) : url.search))
}

/** The id of the request that a page of ours was opened for. */
export function pendingId(answer: MachineAnswer, page: 'login' | 'consent' | 'signup'): string {
  const url = new URL(answer.header('location') ?? 'about:blank', 'http://localhost')
  if (url.pathname !== `/u/${page}`)
    throw new Error(`not at /u/${page}: ${answer.status} ${answer.header('location')} ${answer.text.slice(0, 300)}`)
  return url.searchParams.get('request') ?? ''
}

/** Does what the consent page does, and goes on. */
export async function decide(
  { services }: World,
  browser: Browser,
  id: string,
  scopes: string[] | 'deny',
): Promise<MachineAnswer> {
  const ctx = visitorContext(services, { cookies: browser.cookies })
  const pending = await findPendingAuthorization(ctx, id)
  const live = await findSession(ctx, 'account')
  if (!pending || !live) throw new Error('there is nothing to decide on')
  if (scopes === 'deny') await denyConsent(ctx, pending, live)
  // What is always needed the form holds too.
  else await allowConsent(ctx, pending, live, ['openid', ...scopes])
  return browser.get(`/authorize/resume?request=${id}`)
}

/** Does what the sign-in page does, and goes on. */
export async function signInAt(
  { services }: World,
  browser: Browser,
  id: string,
  { user, connectionId }: Person,
): Promise<MachineAnswer> {
  const ctx = visitorContext(services, { cookies: browser.cookies })
  const pending = await findPendingAuthorization(ctx, id)
  if (!pending) throw new Error('there is no such request')
  const { session, token } = await startSession(ctx, 'account', { user, connectionId, amr: ['pwd'] })
  await noteSignIn(ctx, pending, session)
  browser.cookies.session = token
  return browser.get(`/authorize/resume?request=${id}`)
}

export type Tokens = {
  access_token: string
  refresh_token?: string
  id_token?: string
  scope: string
  expires_in: number
}
export type CodeAnswer = { code: string; verifier: string }

/** A whole authorization of a third-party app, up to the code. */
export async function obtainCode(
  world: World,
  client: TestClient,
  given: Record<string, string | undefined> = {},
  person = world.user,
): Promise<CodeAnswer> {
  const { verifier, challenge } = newPkce()
  const params = authorizeParams(client, { code_challenge: challenge, ...given })
  const browser = await openBrowser(world, person)
  let answer = await browser.authorize(params)
  if (answer.header('location')?.startsWith('/u/consent')) {
    answer = await decide(world, browser, pendingId(answer, 'consent'), (params.get('scope') ?? '').split(' '))
  }
  return { code: answerOf(answer, params.get('redirect_uri') ?? CALLBACK).code ?? '', verifier }
}

export const redeem = (
  { machine }: World,
  client: TestClient,
  { code, verifier }: CodeAnswer,
  given: Record<string, string> = {},
) =>
  machine.token(
    { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier, ...given },
    client,
  )

/** A whole authorization, up to the tokens. */
export async function obtainTokens(
  world: World,
  client: TestClient,
  given: Record<string, string | undefined> = {},
  person = world.user,
): Promise<Tokens> {
  const answer = await redeem(
    world,
    client,
    await obtainCode(world, client, given, person),
    given.redirect_uri ? { redirect_uri: given.redirect_uri } : {},
  )
  if (answer.status !== 200) throw new Error(`no tokens: ${answer.status} ${answer.text}`)
  return answer.json as Tokens
}

export const refresh = (
  { machine }: World,
  client: TestClient,
  token: string | undefined,
  given: Record<string, string> = {},
) => machine.token({ grant_type: 'refresh_token', refresh_token: token ?? '', ...given }, client)

export const userinfo = ({ machine }: World, { access_token }: Pick<Tokens, 'access_token'>) =>
  machine.get('/userinfo', { bearer: access_token })

export const introspect = ({ machine }: World, client: TestClient, token: string) =>
  machine.postForm('/oauth/introspect', { token }, { client })

export const claimsOf = (jwt: string | undefined): Record<string, unknown> => decodeJwt(jwt ?? '')

export { API, CALLBACK }
