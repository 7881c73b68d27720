import type { AppContext } from '~/context'
import { hashSecret } from '~/platform/secrets'
import type { Write } from '~db/database'
import { insertUsedTokenId, isTokenIdUsed } from '~db/queries/client-keys'

/** A token that its maker has signed: each works once, on whichever node it is presented first. */
export type SignedToken = {
  kind: 'assertion' | 'dpop'
  /** Whose `jti` it is: another client's of the same value is another one. */
  owner: string
  jti: string
  /** Milliseconds; from then on the token is refused for its age. */
  expiresAt: number
}

const idOf = ({ kind, owner, jti }: SignedToken): string => hashSecret(`${kind} ${owner} ${jti}`)

/** Whether a token was taken before. It is taken by a write of `takingOf`, which another request can still make first. */
export const isTaken = ({ db }: Pick<AppContext, 'db'>, token: SignedToken): Promise<boolean> =>
  isTokenIdUsed(db, idOf(token))

/** Takes a token (RFC 7523 §3, RFC 9449 §11.1): touches no row when it was taken before. */
export const takingOf = (token: SignedToken): Write =>
  insertUsedTokenId({ id: idOf(token), expiresAt: token.expiresAt })

/** Takes a token at once. @returns whether this was the first time */
export const takeTokenId = async ({ db }: Pick<AppContext, 'db'>, token: SignedToken): Promise<boolean> =>
  (await db.run(takingOf(token))) > 0
