import type { AppContext } from '~/context'
import { findTarget } from '~/domain/grants/scopes'
import { standingScope } from '~/domain/grants/standing-scope'
import { also, type Step, type Write } from '~db/database'
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
  { nonce, ...allowed }: Beginning & { nonce?: string | null },
  { useUp, event, refused }: Exchange,
): Promise<IssuedTokens> {
  const { client, user, audience, dpopJkt } = allowed
  if (user.blockedAt !== null) throw refused()
  const target = await findTarget(ctx, audience ?? undefined)
  if (!target) throw refused('The API that was asked for is no longer there.')
  const scope = await standingScope(ctx, { client, user, target }, allowed.scope)
  if (!scope) throw refused('The app may not act for this user any more.')
  const { family, steps: begun } = await beginFamily(ctx, { ...allowed, scope }, refused)
  const authorization = { client, user, api: target.api, family, scope, nonce, dpopJkt }
  const { tokens, steps } = await createUserTokens(ctx, authorization, 'first')
  await ctx.db.atomically([useUp, ...begun, ...steps, also(event)])
  return tokens
}
