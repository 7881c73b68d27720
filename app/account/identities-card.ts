import type { AppContext } from '~/context'
import { accountConnections, databasesOf } from '~/domain/connections/account-connections'
import { isFederated } from '~/domain/connections/provider-of-connection'
import { profileOfIdentity } from '~/domain/identities/identity-profile'
import { isFresh } from '~/domain/sessions/fresh'
import { type Connection, listConnections } from '~db/queries/connections'
import type { Session } from '~db/queries/sessions'
import { listIdentities, type User } from '~db/queries/users'

/** A way in which a person signs in. */
export type IdentityLine = {
  provider: string
  providerUserId: string
  /** Where: the name of the connection, as people read it. */
  at: string
  /** As whom. */
  name: string
  since: number
  isMain: boolean
}

const labelOf = ({ displayName, name }: Connection): string => displayName ?? name

/** How a person signs in, and what they can add to it. */
export async function identitiesCard(ctx: AppContext, user: User, session: Session) {
  const [identities, all, usable] = await Promise.all([
    listIdentities(ctx.db, { userId: user.userId }),
    listConnections(ctx.db, {}),
    accountConnections(ctx),
  ])
  const lines: IdentityLine[] = identities.map((identity) => {
    const connection = all.find(({ id }) => id === identity.connectionId)
    const { email, name } = profileOfIdentity(user, identity)
    const { provider, providerUserId, createdAt: since, profile } = identity
    const at = connection ? labelOf(connection) : provider
    return { provider, providerUserId, at, name: email ?? name, since, isMain: profile === null }
  })
  return {
    lines,
    hasPassword: identities.some(({ passwordHash }) => passwordHash !== null),
    providers: usable.filter(isFederated).map((connection) => ({ name: connection.name, label: labelOf(connection) })),
    mayLinkPassword: databasesOf(usable).length > 0,
    isFresh: isFresh(ctx, { session }),
  }
}

export type IdentitiesCard = Awaited<ReturnType<typeof identitiesCard>>
