import type { AppContext } from '~/context'
import { findUseOfConnection } from '~/domain/connections/connections-for-client'
import { type GivenAccess, standingAccess } from '~/domain/grants/standing-access'
import { also, type Step, type Write } from '~db/database'
import { takenSteps } from './dpop'
import { type Beginning, beginFamily } from './token-family'
import { createUserTokens, type IssuedTokens } from './user-tokens'

type Exchange = {
  /** Takes what the tokens are given for, so that nobody gets others for it. */
  useUp: Step
  event: Write
  refused: (why?: string) => Error
}

/**
 * The tokens for what a user has allowed a while ago, and has been kept behind a code: those scopes of it that the person,
 * the client and the API still allow.
 * @throws what `refused` makes
 */
export async function exchangeForTokens(
  ctx: AppContext,
  { nonce, givenAt, grant, ...allowed }: Beginning & Pick<GivenAccess, 'grant' | 'givenAt'> & { nonce?: string | null },
  { useUp, event, refused }: Exchange,
): Promise<IssuedTokens> {
  const { client, user, connectionId, proof } = allowed
  const connection = await findUseOfConnection(ctx, client, connectionId)
  const standing = await standingAccess(ctx, { ...allowed, grant, connection, givenAt })
  if ('ended' in standing) throw refused(standing.ended)
  const { target, scope } = standing
  const { family, steps: begun } = await beginFamily(ctx, { ...allowed, scope }, refused)
  const authorization = { client, user, api: target.api, family, scope, nonce, dpopJkt: proof?.jkt }
  const { tokens, steps } = await createUserTokens(ctx, authorization, 'first')
  // The proof first: who repeats a whole request is not taken for a thief of what it redeems.
  await ctx.db.atomically([...takenSteps(proof), useUp, ...begun, ...steps, also(event)])
  return tokens
}
