import type { AppContext } from '~/context'
import { listConnections } from '~db/queries/connections'
import { listGrantsOfUser } from '~db/queries/grants'
import { listSessionsOfUser } from '~db/queries/sessions'
import { findPartnerOfUser, findTenantMember } from '~db/queries/teams'
import { listUserSlice, type UserCondition } from '~db/queries/user-search'
import { findUser, listIdentities } from '~db/queries/users'
import { listEvents } from './events'
import { cursorOf, onePage, PAGE_SIZE, readCursor } from './paging'
import { requireFound } from './require-found'

const KINDS = ['people', 'portal', 'admin'] as const
type Kind = (typeof KINDS)[number]

/** The people of end users' connections, of the partners' teams, or of the tenant. */
export async function userListPage(ctx: AppContext, search: URLSearchParams) {
  const kind: Kind = KINDS.find((known) => known === search.get('kind')) ?? 'people'
  const text = search.get('q')?.trim().slice(0, 100) ?? ''
  const cursor = readCursor(search.get('before'))
  const condition: UserCondition = {
    any: [
      { text: 'email', startsWith: text },
      { text: 'name', startsWith: text },
    ],
  }
  const rows = await listUserSlice(
    ctx.db,
    { condition: text ? condition : undefined, area: kind === 'people' ? undefined : kind },
    { by: 'createdAt', direction: 'descending' },
    { after: cursor && [cursor.createdAt, cursor.id], skip: 0, limit: PAGE_SIZE + 1 },
  )
  const page = onePage(rows, ({ createdAt, userId }) => cursorOf({ createdAt, id: userId }))
  return {
    kind,
    q: text,
    isFirstPage: cursor === undefined,
    next: page.next,
    users: page.rows.map(({ userId, name, email, emailVerified, blockedAt, lastLoginAt, createdAt }) => ({
      userId,
      name,
      email,
      emailVerified,
      blockedAt,
      lastLoginAt,
      createdAt,
    })),
  }
}

/** @throws a 404 `Response` */
export async function userPage(ctx: AppContext, userId: string) {
  const user = requireFound(await findUser(ctx.db, userId), 'person')
  const [identities, connections, grants, sessions, membership, tenantMember, events] = await Promise.all([
    listIdentities(ctx.db, { userId }),
    listConnections(ctx.db, {}),
    listGrantsOfUser(ctx.db, userId),
    listSessionsOfUser(ctx.db, userId, ctx.clock.now()),
    findPartnerOfUser(ctx.db, userId),
    findTenantMember(ctx.db, userId),
    listEvents(ctx, { userId }, 10),
  ])
  return {
    user: {
      userId,
      name: user.name,
      email: user.email,
      emailVerified: user.emailVerified,
      blockedAt: user.blockedAt,
      createdAt: user.createdAt,
      lastLoginAt: user.lastLoginAt,
      loginsCount: user.loginsCount,
    },
    isSelf: 'id' in ctx.actor && ctx.actor.id === userId,
    connections: identities.map(
      ({ connectionId }) => connections.find(({ id }) => id === connectionId)?.name ?? connectionId,
    ),
    partner: membership
      ? { id: membership.partner.id, name: membership.partner.name, role: membership.member.role }
      : null,
    tenantRole: tenantMember?.role ?? null,
    grants: grants.map(({ grant, client }) => ({
      clientId: client.clientId,
      name: client.name,
      audience: grant.audience,
      scope: grant.scope,
      createdAt: grant.createdAt,
    })),
    sessions: sessions.length,
    events,
  }
}
