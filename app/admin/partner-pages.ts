import type { AppContext } from '~/context'
import { appStateOf } from '~/domain/apps/app-state'
import { countAppsOfPartner, listApps } from '~db/queries/apps'
import { listApiClientsOfPartner } from '~db/queries/partner-api-clients'
import { findPartner, listPartners } from '~db/queries/partners'
import { listPartnerMembers } from '~db/queries/teams'
import { listEvents } from './events'
import { cursorOf, onePage, PAGE_SIZE, readCursor } from './paging'
import { requireFound } from './require-found'

export async function partnerListPage(ctx: AppContext, search: URLSearchParams) {
  const before = readCursor(search.get('before'))
  const page = onePage(await listPartners(ctx.db, PAGE_SIZE + 1, before), cursorOf)
  return {
    isFirstPage: before === undefined,
    next: page.next,
    partners: await Promise.all(
      page.rows.map(async ({ id, name, websiteUri, suspendedAt, createdAt }) => ({
        id,
        name,
        websiteUri,
        suspendedAt,
        createdAt,
        apps: await countAppsOfPartner(ctx.db, id),
      })),
    ),
  }
}

/** @throws a 404 `Response` */
export const requirePartner = async ({ db }: Pick<AppContext, 'db'>, id: string) =>
  requireFound(await findPartner(db, id), 'partner')

/** @throws a 404 `Response` */
export async function partnerPage(ctx: AppContext, partnerId: string) {
  const partner = await requirePartner(ctx, partnerId)
  const [members, apps, programs, events] = await Promise.all([
    listPartnerMembers(ctx.db, { partnerId }),
    listApps(ctx.db, { partnerId }, 100),
    listApiClientsOfPartner(ctx.db, { partnerId }),
    listEvents(ctx, { partnerId }, 10),
  ])
  return {
    partner: {
      id: partner.id,
      name: partner.name,
      websiteUri: partner.websiteUri,
      suspendedAt: partner.suspendedAt,
      createdAt: partner.createdAt,
    },
    members: members.map(({ user, member }) => ({
      userId: user.userId,
      name: user.name,
      email: user.email,
      emailVerified: user.emailVerified,
      blockedAt: user.blockedAt,
      lastLoginAt: user.lastLoginAt,
      role: member.role,
    })),
    apps: apps.map((row) => ({
      clientId: row.app.clientId,
      name: row.client.name,
      state: appStateOf(row),
      createdAt: row.app.createdAt,
    })),
    programs: programs.map(({ client, program }) => ({
      clientId: client.clientId,
      name: client.name,
      isSuspended: client.suspendedAt !== null,
      createdAt: program.createdAt,
    })),
    events,
  }
}
