/** Where people come back to who have signed in at a provider. */
import { data, redirect } from '@remix-run/node'
import type { AppContext } from '~/context'
import { hasAuthenticator } from '~/domain/authenticators/enrol-totp'
import type { ProviderPerson } from '~/domain/connections/provider-profile'
import { findPendingAuthorization, noteSignIn, type PendingAuthorization } from '~/domain/grants/pending-authorization'
import { findProviderLogin, type ProviderReturn, takeProviderAnswer } from '~/domain/identities/finish-provider-login'
import { linkProviderIdentity } from '~/domain/identities/link-provider-identity'
import { userOfProvider } from '~/domain/identities/provider-user'
import { UNKNOWN_TIME } from '~/domain/sessions/auth-time'
import { findSession } from '~/domain/sessions/sessions'
import { describeRefusal } from '~/pages/form-answers'
import { DomainError } from '~/platform/errors'
import type { Connection, UpstreamLogin } from '~db/queries/connections'
import { requestQuery } from './answer-forms'
import { beginSession } from './begin-session'
import { actingAs, resumeAuthorization } from './guard'
import { askSecondFactor } from './second-factor'
import { readTenant } from './tenant'

/**
 * Goes on with what the sign-in was for. Where it cannot, the page that this returns says why, and leads back.
 */
export async function answerProviderCallback(ctx: AppContext, request: Request) {
  const { pathname: path, searchParams: answer } = new URL(request.url)
  const back: ProviderReturn = { path, answer }
  const login = await findProviderLogin(ctx, back)
  try {
    if (!login) throw new DomainError('expired', 'It was begun in another browser, or too long ago. Begin again.')
    return await (login.linkSessionId === null ? signIn(ctx, login, back) : link(ctx, login, back))
  } catch (error) {
    const page = backTo(login)
    if (login && error instanceof DomainError && error.code === 'not_granted') return redirect(cancelled(login, page))
    const { status, message } = describeRefusal(error)
    return data({ tenantName: (await readTenant(ctx)).name, message, back: page }, { status })
  }
}

export type ProviderProblem = { tenantName: string; message: string; back: string }

async function signIn(ctx: AppContext, login: UpstreamLogin, back: ProviderReturn): Promise<Response> {
  const pending = login.requestId === null ? undefined : await requirePending(ctx, login, login.requestId)
  const { connection, person, authenticatedAt } = await takeProviderAnswer(ctx, login, back)
  const user = await userOfProvider(ctx, connection, person)
  const proof = { user, connectionId: connection.id }
  const continueTo = login.continueAt ?? '/account'
  if (await hasAuthenticator(ctx, user.userId)) {
    const page = pending
      ? `/u/second-factor${requestQuery(pending.request.id)}`
      : `/account/second-factor?continue=${encodeURIComponent(continueTo)}`
    return askSecondFactor(ctx, proof, page)
  }
  // A provider that does not say when the person signed in makes no session fresh: here a mailed code does.
  const mustConfirm = login.freshSince !== null && authenticatedAt === UNKNOWN_TIME
  const { session, headers } = await beginSession(ctx, { ...proof, amr: ['fed'], authenticatedAt })
  if (!pending) return redirect(mustConfirm ? confirmPath(continueTo) : continueTo, { status: 303, headers })
  if (mustConfirm && user.email !== null)
    return redirect(`/u/confirm${requestQuery(pending.request.id)}`, { status: 303, headers })
  await noteSignIn(ctx, pending, session)
  return resumeAuthorization(pending, headers)
}

/** The request that waits. What the client may use was looked at before, and may have changed. */
async function requirePending(ctx: AppContext, login: UpstreamLogin, requestId: string): Promise<PendingAuthorization> {
  const pending = await findPendingAuthorization(ctx, requestId)
  if (!pending)
    throw new DomainError('expired', 'The app no longer waits for this sign-in. Go back to it and start again.')
  if (!pending.connections.some(({ id }) => id === login.connectionId))
    throw new DomainError(
      'not_allowed',
      `${pending.client.name} no longer takes this way to sign in. Choose another one.`,
    )
  return pending
}

/** Adds the identity to the account of the person who is signed in, and is the one who asked for it. */
async function link(ctx: AppContext, login: UpstreamLogin, back: ProviderReturn): Promise<Response> {
  const live = await findSession(ctx, 'account')
  if (live?.session.id !== login.linkSessionId)
    throw new DomainError('expired', 'You were signed out meanwhile. Sign in, and link the other account again.')
  const taken: { connection: Connection; person: ProviderPerson } = await takeProviderAnswer(ctx, login, back)
  await linkProviderIdentity(actingAs(ctx, live), live.user, taken.connection, taken.person)
  return redirect('/account/security?done=identity-linked', { status: 303 })
}

const confirmPath = (continueTo: string): string => `/account/confirm?continue=${encodeURIComponent(continueTo)}`

/** The page that the person came from. */
function backTo(login: UpstreamLogin | undefined): string {
  if (login?.requestId) return `/u/login${requestQuery(login.requestId)}`
  if (login?.linkSessionId) return '/account/security'
  return login?.continueAt ? `/account/sign-in?continue=${encodeURIComponent(login.continueAt)}` : '/account'
}

const cancelled = (login: UpstreamLogin, back: string): string =>
  login.linkSessionId ? back : `${back}${back.includes('?') ? '&' : '?'}problem=cancelled`
