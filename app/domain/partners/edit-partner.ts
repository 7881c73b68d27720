import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import { type Partner, updatePartner } from '~db/queries/partners'
import { liveAppsOfPartner, roomSteps, submittedAppsOfPartner } from '~db/queries/room'

/**
 * Changes what an organization says about itself. People read its name where its apps ask them, and an owner has
 * approved those apps under it: once one is live, only the tenant changes the name, and while one waits for a decision
 * the organization changes nothing that its reviewers have read.
 * @throws DomainError `not_found` when it is gone, `not_allowed` and `conflict` at `name`, `throttled`
 */
export async function editPartner(
  ctx: AppContext,
  partner: Partner,
  change: Pick<Partner, 'name' | 'websiteUri'>,
  { byTenant = false }: { byTenant?: boolean } = {},
): Promise<void> {
  const fields = (['name', 'websiteUri'] as const).filter((field) => partner[field] !== change[field])
  if (fields.length === 0) return
  if (!byTenant) await ctx.throttle.take('partner-change', partner.id)
  await ctx.db.atomically([
    ...(byTenant ? [] : roomSteps(submittedAppsOfPartner(partner.id), 1, isBeingRead)),
    ...(byTenant || !fields.includes('name') ? [] : roomSteps(liveAppsOfPartner(partner.id), 1, nameIsKnown)),
    must(
      updatePartner(partner.id, { ...change, updatedAt: ctx.clock.now() }),
      () => new DomainError('not_found', 'This organization no longer exists.'),
    ),
    also(
      auditEvent(
        ctx,
        'partner.updated',
        { type: 'partner', id: partner.id, name: change.name },
        { partnerId: partner.id, details: { fields } },
      ),
    ),
  ])
}

const isBeingRead = () =>
  new DomainError(
    'conflict',
    'An app of yours is in review, and its reviewers read this about you. Withdraw the submission first, or wait for the answer.',
    { field: 'name' },
  )

const nameIsKnown = () =>
  new DomainError(
    'not_allowed',
    'Apps of yours are live under this name, which people have seen. Ask the people who run this site to change it.',
    { field: 'name' },
  )
