import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import { type Partner, updatePartner } from '~db/queries/partners'

/** Changes what an organization says about itself. @throws DomainError `not_found` when it is gone */
export async function editPartner(
  ctx: AppContext,
  partner: Partner,
  change: Pick<Partner, 'name' | 'websiteUri'>,
): Promise<void> {
  const fields = (['name', 'websiteUri'] as const).filter((field) => partner[field] !== change[field])
  if (fields.length === 0) return
  await ctx.db.atomically([
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
