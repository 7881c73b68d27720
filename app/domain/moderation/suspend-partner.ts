import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { partnerStandingMail } from '~/domain/mail/mails'
import { teamMailSteps } from '~/domain/partners/team-mails'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import {
  findPartner,
  type Partner,
  reinstateAppsOfPartner,
  reinstatePartner as reinstateWrite,
  suspendAppsOfPartner,
  suspendPartner as suspendWrite,
} from '~db/queries/partners'

/**
 * Suspends an organization and, in the same transaction, all its apps. An app that was suspended before keeps its own
 * suspension.
 * @param reason what the team reads
 * @throws DomainError `not_found`, `conflict` when it is suspended already
 */
export async function suspendPartner(ctx: AppContext, partnerId: string, reason: string): Promise<void> {
  const partner = await requirePartner(ctx, partnerId)
  const now = ctx.clock.now()
  const suspended = () => new DomainError('conflict', 'This organization is suspended already. Look again.')
  await ctx.db.atomically([
    must(suspendWrite(partnerId, now), suspended),
    also(suspendAppsOfPartner(partnerId, now)),
    also(event(ctx, 'partner.suspended', partner, { reason })),
    ...(await tellingSteps(ctx, partner, 'suspended', reason)),
  ])
}

/**
 * Lifts the suspension of an organization and of the apps that were suspended with it.
 * @throws DomainError `not_found`, `conflict` when it is not suspended
 */
export async function reinstatePartner(ctx: AppContext, partnerId: string, message: string): Promise<void> {
  const partner = await requirePartner(ctx, partnerId)
  const now = ctx.clock.now()
  const reinstated = () => new DomainError('conflict', 'This organization is not suspended any more. Look again.')
  await ctx.db.atomically([
    must(reinstateWrite(partnerId, now), reinstated),
    // Apps suspended with the organization bear the same time as it does.
    also(reinstateAppsOfPartner(partnerId, partner.suspendedAt ?? 0, now)),
    also(event(ctx, 'partner.reinstated', partner, { message })),
    ...(await tellingSteps(ctx, partner, 'reinstated', message)),
  ])
}

async function requirePartner(ctx: AppContext, partnerId: string): Promise<Partner> {
  const partner = await findPartner(ctx.db, partnerId)
  if (!partner) throw new DomainError('not_found', 'There is no such organization.')
  return partner
}

const event = (
  ctx: AppContext,
  action: 'partner.suspended' | 'partner.reinstated',
  partner: Partner,
  details: Record<string, unknown>,
) =>
  auditEvent(ctx, action, { type: 'partner', id: partner.id, name: partner.name }, { partnerId: partner.id, details })

const tellingSteps = (ctx: AppContext, partner: Partner, outcome: 'suspended' | 'reinstated', message: string) =>
  teamMailSteps(ctx, partner.id, (person) =>
    partnerStandingMail(ctx, {
      ...person,
      partnerName: partner.name,
      outcome,
      message,
      link: `${ctx.config.issuer}portal`,
    }),
  )
