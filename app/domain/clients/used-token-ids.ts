import type { AppContext } from '~/context'
import { hashSecret } from '~/platform/secrets'
import { must } from '~db/database'
import { insertUsedTokenId } from '~db/queries/client-keys'

/** Another request has used the token. */
class AlreadyUsed extends Error {}

/**
 * Takes a token that its maker has signed: each works once, on whichever node it is presented first (RFC 7523 §3, RFC
 * 9449 §11.1).
 * @param owner whose `jti` it is: another client's of the same value is another one
 * @param expiresAt milliseconds; from then on the token is refused for its age
 * @returns whether this was the first time
 */
export async function takeTokenId(
  { db }: Pick<AppContext, 'db'>,
  { kind, owner, jti, expiresAt }: { kind: 'assertion' | 'dpop'; owner: string; jti: string; expiresAt: number },
): Promise<boolean> {
  const id = hashSecret(`${kind} ${owner} ${jti}`)
  try {
    await db.atomically([must(insertUsedTokenId({ id, expiresAt }), () => new AlreadyUsed())])
    return true
  } catch (error) {
    if (error instanceof AlreadyUsed) return false
    throw error
  }
}
