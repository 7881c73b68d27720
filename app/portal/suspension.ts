import { redirect } from '@remix-run/node'
import { listAuditEvents } from '~db/queries/audit'
import { findPartnerOfUser } from '~db/queries/teams'
import type { PortalGuest } from './guard'

/**
 * Why the organization of a person is shut out, as the owners wrote it; nothing for who is in none.
 * @throws a redirect to the portal, where nothing is suspended any more
 */
export async function suspensionOf({ ctx, user }: PortalGuest) {
  const membership = await findPartnerOfUser(ctx.db, user.userId)
  if (!membership) return null
  const { id, name, suspendedAt } = membership.partner
  if (suspendedAt === null) throw redirect('/portal')
  const [event] = await listAuditEvents(ctx.db, { partnerId: id, action: 'partner.suspended' }, 1)
  const reason = event?.details?.reason
  return { organization: name, reason: typeof reason === 'string' && reason !== '' ? reason : null }
}
