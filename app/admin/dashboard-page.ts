import type { AppContext } from '~/context'
import { STATE_FILTERS } from '~/domain/apps/app-state'
import { dailyStats } from '~/domain/audit/daily-stats'
import { isOfPlainScheme } from '~/domain/clients/redirect-uri'
import { dateOf } from '~/platform/dates'
import { DAY } from '~/platform/durations'
import { countSubmittedVersions } from '~db/queries/apps'
import { listClientSlice } from '~db/queries/clients'
import { listConnections } from '~db/queries/connections'
import { findMailTrouble } from '~db/queries/mails'
import { countPartners } from '~db/queries/partners'
import { countThirdPartyClients } from '~db/queries/third-party-clients'
import { countUsersOf } from '~db/queries/users'
import { listEvents } from './events'
import { reviewQueue } from './review-pages'

/** What needs attention, how much there is of everything, and what happened last. */
export async function dashboardPage(ctx: AppContext) {
  const endUserConnections = (await listConnections(ctx.db, {})).filter(({ area }) => area === null)
  const now = ctx.clock.now()
  const [queue, inReview, live, inDevelopment, suspended, partners, users, days, events, mailTrouble] =
    await Promise.all([
      reviewQueue(ctx, 5),
      countSubmittedVersions(ctx.db),
      countThirdPartyClients(ctx.db, { states: STATE_FILTERS.live }),
      countThirdPartyClients(ctx.db, { states: STATE_FILTERS.in_development }),
      countThirdPartyClients(ctx.db, { states: STATE_FILTERS.suspended }),
      countPartners(ctx.db),
      countUsersOf(
        ctx.db,
        endUserConnections.map(({ id }) => id),
      ),
      dailyStats(ctx, { from: dateOf(now - 29 * DAY), to: dateOf(now) }),
      listEvents(ctx, {}, 8),
      findMailTrouble(ctx.db),
    ])
  const claimable = await claimableApps(ctx)
  const counts = { inReview, live, inDevelopment, suspended, partners, users }
  return { claimable, queue, counts, days, events, mailTrouble }
}

/** Apps of the tenant's own whose addresses any other app on a device can have as well, and where those are. */
async function claimableApps({ db }: AppContext) {
  const native = await listClientSlice(db, { is_first_party: true, app_type: ['native'] }, { skip: 0, limit: 1000 })
  return native
    .map(({ clientId, name, callbacks, allowedLogoutUrls }) => ({
      clientId,
      name,
      addresses: [...new Set([...callbacks, ...allowedLogoutUrls])].filter(isOfPlainScheme),
    }))
    .filter(({ addresses }) => addresses.length > 0)
}
