import type { AuditTarget } from '~/domain/audit/audit-event'
import { DomainError } from '~/platform/errors'
import type { Partner } from '~db/queries/partners'
import type { MemberRole } from '~db/queries/teams'

/** The people of an organization that makes apps, or those of the tenant itself. */
export type Team = { of: 'partner'; partner: Partner } | { of: 'tenant' }

/** What somebody can be in a team. An owner decides about the team; the others do its work. */
export const ROLES = {
  partner: ['owner', 'developer'],
  tenant: ['owner', 'reviewer'],
} as const satisfies Record<Team['of'], MemberRole[]>

/** The page behind a mailed invitation. */
export const joinPage = (area: 'portal' | 'admin') => `/${area}/join`

/** How a team stands in the database and in the log, and the area that its people enter. */
export function placeOf(team: Team): { partnerId: string | null; area: 'portal' | 'admin'; target: AuditTarget } {
  if (team.of === 'tenant') return { partnerId: null, area: 'admin', target: { type: 'tenant', id: 'tenant' } }
  const { id, name } = team.partner
  return { partnerId: id, area: 'portal', target: { type: 'partner', id, name } }
}

/** @throws DomainError `invalid` where nobody of such a team can be that */
export function requireRole({ of }: Team, role: MemberRole): void {
  if (ROLES[of].some((known) => known === role)) return
  throw new DomainError('invalid', `Choose one of the roles: ${ROLES[of].join(', ')}.`, { field: 'role' })
}
