import type { TenantMember } from '~db/queries/teams'

/** What a member sees of where a receiver is: its path and its query may be a secret, which owners alone may read. */
export function addressFor({ role }: Pick<TenantMember, 'role'>, url: string): string {
  const { origin, pathname } = new URL(url)
  return role === 'owner' ? `${origin}${pathname}` : origin
}
