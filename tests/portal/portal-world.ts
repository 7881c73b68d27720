/** The portal on a fresh database: people who sign up, pages that are asked for, forms that are sent. */
import type { ActionFunction, LoaderFunction } from '@remix-run/node'
import type { AppContext } from '~/context'
import { signUpPartner } from '~/domain/partners/sign-up-partner'
import { startSession } from '~/domain/sessions/sessions'
import { verifyEmail } from '~/domain/users/verify-email'
import { pageFormToken } from '~/pages/form-token'
import type { Mail } from '~/platform/mailer'
import { backgroundContext } from '~/services'
import { insertResourceServer, insertScope } from '~db/queries/resource-servers'
import { findUser } from '~db/queries/users'
import { createTestServices } from '~tests/support/services'

export const API = 'https://api.example.com/'

export type World = Awaited<ReturnType<typeof createWorld>>

export async function createWorld() {
  const services = await createTestServices()
  const { clock, mailer } = services
  const now = clock.now()
  await services.db.run(
    insertResourceServer({
      id: 'api_open',
      name: 'Example API',
      identifier: API,
      description: null,
      signingAlg: 'RS256',
      tokenLifetime: 3600,
      tokenLifetimeForWeb: 3600,
      allowOfflineAccess: true,
      skipConsentForVerifiableFirstPartyClients: false,
      openToPartners: true,
      isSystem: false,
      createdAt: now,
      updatedAt: now,
    }),
  )
  for (const [position, value] of ['read:items', 'write:items'].entries()) {
    const scope = { value, position, description: `May ${value}`, sensitivity: 'sensitive', createdAt: 0 } as const
    await services.db.run(insertScope({ ...scope, resourceServerId: 'api_open' }))
  }
  return { services, clock, mails: mailer.sent, ctx: backgroundContext(services) }
}

export const linkIn = (mail: Mail | undefined): URL => new URL(/http\S+/.exec(mail?.text ?? '')?.[0] ?? 'missing:')

/** The context of a request by a browser that holds these cookies. */
export const browserContext = ({ services }: World, cookies: Record<string, string> = {}): AppContext => ({
  ...services,
  request: { id: 'r', ip: '192.0.2.1', userAgent: 'test', cookies, visitorId: 'visitor', visitorIds: ['visitor'] },
  actor: { type: 'anonymous' },
  nonce: '',
})

/** A partner who has confirmed their address and is signed in. */
export async function createPartner(world: World, name: string, options: { isVerified?: boolean } = {}) {
  const person = { name, email: `${name.toLowerCase()}@example.com`, password: 'correct horse battery' }
  const signedUp = await signUpPartner(browserContext(world), person, `${name} Ltd.`)
  const ticket = linkIn(world.mails.at(-1)).searchParams.get('ticket') ?? ''
  if (options.isVerified !== false) await verifyEmail(browserContext(world), ticket)
  const actor = { type: 'user', id: signedUp.user.userId, name } as const
  return { ...signedUp, cookies: await signInAgain(world, signedUp), ctx: { ...world.ctx, actor } }
}

/** The cookies of a session that begins now. */
export async function signInAgain(
  world: World,
  { user, connectionId }: Pick<Awaited<ReturnType<typeof signUpPartner>>, 'user' | 'connectionId'>,
) {
  const today = (await findUser(world.services.db, user.userId)) ?? user
  const { token } = await startSession(browserContext(world), 'portal', { user: today, connectionId, amr: ['pwd'] })
  return { portal_session: token }
}

type Route = { loader?: LoaderFunction; action?: ActionFunction }
type Asked = {
  status: number
  location: string | null
  value: unknown
  cookie: string | null
  retryAfter: string | null
}
type Call = { path: string; params?: Record<string, string>; cookies?: Record<string, string> }

/** Asks for a page by its loader. */
export const get = (world: World, route: Route, call: Call): Promise<Asked> =>
  ask(route.loader, world, call, new Request(new URL(call.path, world.services.config.issuer)))

/** Sends a form of ours to a page's action. */
export async function post(world: World, route: Route, fields: Record<string, string>, call: Call): Promise<Asked> {
  const token = await pageFormToken(browserContext(world, call.cookies))
  const body = new URLSearchParams({ form_token: token, ...fields })
  return ask(
    route.action,
    world,
    call,
    new Request(new URL(call.path, world.services.config.issuer), { method: 'POST', body }),
  )
}

async function ask(
  answer: LoaderFunction | ActionFunction | undefined,
  world: World,
  { params = {}, cookies }: Call,
  request: Request,
): Promise<Asked> {
  if (!answer) throw new Error('the page has no such half')
  const context = browserContext(world, cookies)
  const given: unknown = await Promise.resolve(answer({ request, context, params } as never)).catch((thrown) => thrown)
  if (given instanceof Response) {
    const headers = (name: string) => given.headers.get(name)
    return {
      status: given.status,
      location: headers('location'),
      value: await given.text(),
      cookie: headers('set-cookie'),
      retryAfter: headers('retry-after'),
    }
  }
  if (given instanceof Error) throw given
  const wrapped = given as { type?: string; data?: unknown; init?: ResponseInit }
  const isWrapped = wrapped.type === 'DataWithResponseInit'
  return {
    status: isWrapped ? (wrapped.init?.status ?? 200) : 200,
    location: null,
    value: isWrapped ? wrapped.data : given,
    cookie: null,
    retryAfter: new Headers(wrapped.init?.headers ?? {}).get('retry-after'),
  }
}
