import type { AppContext } from '~/context'
import { providerOfConnection } from '~/domain/connections/provider-of-connection'
import { NobodyNamed, type ProviderPerson, readProviderPerson } from '~/domain/connections/provider-profile'
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
import { providerCallback, providerRefusal, secretsOfLogin } from './start-provider-login'

/** The sign-in that an answer is of, if this browser was sent for it. */
export async function findProviderLogin(ctx: AppContext, answer: URLSearchParams): Promise<UpstreamLogin | undefined> {
  const state = answer.get('state')
  const login = state === null ? undefined : await findUpstreamLogin(ctx.db, hashSecret(state))
  return login && isOfVisitor(ctx.request, login.visitorHash) ? login : undefined
}

/**
 * Takes the answer of a provider, once: whatever comes of it, a second one is refused.
 * @param maxAge how long ago the person may have signed in there, where the client that waits has a say in it (seconds)
 * @returns who signed in there
 * @throws DomainError `expired` for an answer that was taken, or came too late; `not_granted` where the person or the
 * provider said no; `not_found` for a connection at which nobody signs in any more; `provider_failed`
 */
export async function takeProviderAnswer(
  ctx: AppContext,
  login: UpstreamLogin,
  answer: URLSearchParams,
  { maxAge }: { maxAge?: number } = {},
): Promise<{ connection: Connection; person: ProviderPerson }> {
  const expired = () =>
    new DomainError('expired', 'This sign-in took too long, or was finished already. Sign in again.')
  await ctx.db.atomically([must(redeemUpstreamLogin({ stateHash: login.stateHash, at: ctx.clock.now() }), expired)])
  const connection = await findConnection(ctx.db, login.connectionId)
  if (!connection?.isActive)
    throw new DomainError('not_found', 'This way to sign in is no longer there. Choose another one.')
  const state = answer.get('state') ?? ''
  const address = new URL(`${providerCallback(ctx)}?${answer}`)
  try {
    const provider = await providerOfConnection(ctx, connection)
    const expected = { state, maxAge, ...secretsOfLogin(ctx, state) }
    const granted = await redeemProviderAnswer(provider.client, provider.fetch, address, expected)
    return { connection, person: await readProviderPerson(connection, provider, granted) }
  } catch (error) {
    if (error instanceof ProviderFailure && error.error === 'access_denied')
      throw new DomainError('not_granted', 'The sign-in was cancelled. Try again, or sign in another way.')
    throw providerRefusal(ctx, connection, error instanceof NobodyNamed ? new ProviderFailure(error) : error)
  }
}
