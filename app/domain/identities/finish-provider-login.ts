import type { AppContext } from '~/context'
import { providerOfConnection } from '~/domain/connections/provider-of-connection'
import { NobodyNamed, type ProviderPerson, readProviderPerson } from '~/domain/connections/provider-profile'
import { UNKNOWN_TIME } from '~/domain/sessions/auth-time'
import { MINUTE, SECOND } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { ProviderFailure, redeemProviderAnswer } from '~/platform/identity-provider'
import { hashSecret } from '~/platform/secrets'
import { isOfVisitor } from '~/platform/visitors'
import { must } from '~db/database'
import {
  type Connection,
  findConnection,
  findUpstreamLogin,
  redeemUpstreamLogin,
  type UpstreamLogin,
} from '~db/queries/connections'
import { expectedCallback, providerRefusal, secretsOfLogin } from './start-provider-login'

/** The path that a browser came back to, with what a provider has written behind it. */
export type ProviderReturn = { path: string; answer: URLSearchParams }

/** The sign-in that an answer is of, if this browser was sent for it. */
export async function findProviderLogin(
  ctx: AppContext,
  { answer }: ProviderReturn,
): Promise<UpstreamLogin | undefined> {
  const state = answer.get('state')
  const login = state === null ? undefined : await findUpstreamLogin(ctx.db, hashSecret(state))
  return login && isOfVisitor(ctx.request, login.visitorHash) ? login : undefined
}

/** Clocks differ by so much. */
const SKEW = 1 * MINUTE

/**
 * Takes the answer of a provider, once: whatever comes of it, a second one is refused.
 * @returns who signed in there, and when as the provider says, in milliseconds; UNKNOWN_TIME where it does not say
 * @throws DomainError `expired` for an answer that was taken, or came too late; `not_granted` where the person or the
 * provider said no; `not_found` for a connection at which nobody signs in any more; `not_allowed` for a sign-in that is
 * older than was asked for; `provider_failed`, also for an answer at the callback of another connection
 */
export async function takeProviderAnswer(
  ctx: AppContext,
  login: UpstreamLogin,
  { path, answer }: ProviderReturn,
): Promise<{ connection: Connection; person: ProviderPerson; authenticatedAt: number }> {
  const expired = () =>
    new DomainError('expired', 'This sign-in took too long, or was finished already. Sign in again.')
  await ctx.db.atomically([must(redeemUpstreamLogin({ stateHash: login.stateHash, at: ctx.clock.now() }), expired)])
  const connection = await findConnection(ctx.db, login.connectionId)
  if (!connection?.isActive)
    throw new DomainError('not_found', 'This way to sign in is no longer there. Choose another one.')
  const state = answer.get('state') ?? ''
  try {
    const provider = await providerOfConnection(ctx, connection)
    const callback = expectedCallback(ctx, connection, provider)
    if (new URL(callback).pathname !== path)
      throw new ProviderFailure(new Error('the answer came to the callback of another connection'))
    const expected = { state, ...secretsOfLogin(ctx, state) }
    const address = new URL(`${callback}?${answer}`)
    const granted = await redeemProviderAnswer(provider.client, provider.fetch, address, expected)
    const authenticatedAt = authenticationTime(ctx, granted.idToken)
    if (authenticatedAt !== UNKNOWN_TIME && authenticatedAt + SKEW < (login.freshSince ?? 0)) throw stale(connection)
    return { connection, person: await readProviderPerson(connection, provider, granted), authenticatedAt }
  } catch (error) {
    if (error instanceof ProviderFailure && error.error === 'access_denied')
      throw new DomainError('not_granted', 'The sign-in was cancelled. Try again, or sign in another way.')
    throw providerRefusal(ctx, connection, error instanceof NobodyNamed ? new ProviderFailure(error) : error)
  }
}

/** When the person signed in at the provider, never later than now; a silent answer is of a sign-in of before. */
function authenticationTime({ clock }: AppContext, idToken: Record<string, unknown> | undefined): number {
  const seconds = idToken?.auth_time
  return typeof seconds === 'number' && seconds > 0 ? Math.min(seconds * SECOND, clock.now()) : UNKNOWN_TIME
}

const stale = ({ displayName, name }: Connection) =>
  new DomainError(
    'not_allowed',
    `${displayName ?? name} did not ask you to sign in again, as this needs. Sign out there, and try again.`,
  )
