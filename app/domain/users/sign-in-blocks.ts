import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { DomainError } from '~/platform/errors'
import { also } from '~db/database'
import { type AccountIdentity, listIdentitiesByLogin, listIdentitiesOfUser } from '~db/queries/account-identities'
import { deleteAttemptsOf, listBlocks } from '~db/queries/rate-limits'
import { unknownLoginKey } from './sign-in-limits'
import { normalizeLogin } from './user-fields'

/** Whom a block is looked up by: their id, or what is typed to sign in. */
export type BlockedBy = { userId: string } | { login: string }

/** An account that takes no passwords for a while; `ip` names the network, where it is that network alone. */
export type SignInBlock = { identifier: string; ip?: string; connection?: string }

/**
 * What too many wrong passwords have closed: of a person, or of a login, also of one that nobody has.
 * @throws DomainError `not_found` for a person that there is not
 */
export async function listSignInBlocks(ctx: AppContext, by: BlockedBy): Promise<SignInBlock[]> {
  const known = await findKnown(ctx, by)
  const blocks = await listBlocks(ctx.db, 'sign-in', subjectsOf(known, by), ctx.clock.now())
  const asked = 'login' in by ? normalizeLogin(by.login) : known[0]?.identity.login
  return blocks.map(({ subject, origin }) => {
    const found = known.find(({ identity }) => identity.id === subject)
    return {
      identifier: found?.identity.login ?? asked ?? subject,
      ...(origin ? { ip: origin } : {}),
      ...(found ? { connection: found.connection.name } : {}),
    }
  })
}

/**
 * Lets a person try again: what was counted of their passwords and codes is forgotten, on every node.
 * @throws DomainError `not_found` for a person that there is not
 */
export async function liftSignInBlocks(ctx: AppContext, by: BlockedBy): Promise<void> {
  const known = await findKnown(ctx, by)
  const people = new Map(known.map(({ user }) => [user.userId, user]))
  await ctx.db.atomically([
    also(deleteAttemptsOf(subjectsOf(known, by))),
    ...[...people.values()].map(({ userId, name }) =>
      also(auditEvent(ctx, 'user.attempts-forgotten', asUser({ userId, name }), { userId })),
    ),
  ])
}

async function findKnown({ db }: AppContext, by: BlockedBy): Promise<AccountIdentity[]> {
  if ('login' in by) return listIdentitiesByLogin(db, normalizeLogin(by.login))
  const found = await listIdentitiesOfUser(db, by.userId)
  if (found.length === 0) throw new DomainError('not_found', 'The user does not exist.')
  return found
}

/** What the counts of these people stand under: sign-in, a change of the password, the second factor. */
const subjectsOf = (known: AccountIdentity[], by: BlockedBy): string[] => [
  ...('login' in by ? [unknownLoginKey(normalizeLogin(by.login))] : []),
  ...known.flatMap(({ identity, user }) => [identity.id, user.userId, `change:${user.userId}`]),
]
