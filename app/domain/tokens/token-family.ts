import type { AppContext } from '~/context'
import { newId } from '~/platform/ids'
import { also, must, type Step } from '~db/database'
import type { Client } from '~db/queries/clients'
import { touchGrant } from '~db/queries/grants'
import { holdSession } from '~db/queries/sessions'
import { insertTokenFamily, type TokenFamily } from '~db/queries/tokens'
import { holdSignedInUser, type User } from '~db/queries/users'
import type { DpopProof } from './dpop'
import { bindToKey } from './key-binding'

/** What tokens begin with: who lets whom do what, and the consent and the session that it rests on, where there are. */
export type Beginning = Pick<
  TokenFamily,
  'scope' | 'audience' | 'grantId' | 'sessionId' | 'connectionId' | 'authTime' | 'amr'
> & {
  client: Client
  user: User
  /** Where it was given away before, with a code. */
  id?: string
  proof?: DpopProof
}

/**
 * The family of the tokens of one act of authorization, and the steps that begin it.
 * @param ended thrown by the steps where the consent was taken back meanwhile, or the session or the person's credentials
 *   have ended: it buys nothing
 */
export async function beginFamily(
  ctx: AppContext,
  { client, user, id = newId('fam', 24), proof, ...given }: Beginning,
  ended: () => Error,
): Promise<{ family: TokenFamily; steps: Step[] }> {
  const now = ctx.clock.now()
  const { binding, steps: bound } = await bindToKey(ctx, { client, user }, proof?.jkt)
  const family: TokenFamily = {
    id,
    clientId: client.clientId,
    userId: user.userId,
    ...given,
    ...binding,
    createdAt: now,
    lastUsedAt: now,
    revokedAt: null,
    metadata: null,
  }
  return {
    family,
    steps: [
      must(holdSignedInUser(user), ended),
      ...(family.sessionId ? [must(holdSession({ id: family.sessionId }), ended)] : []),
      ...(family.grantId ? [must(touchGrant({ id: family.grantId, at: now }), ended)] : []),
      also(insertTokenFamily(family)),
      ...bound,
    ],
  }
}
