import { redirect } from '@remix-run/node'
import type { AppContext } from '~/context'
import { connectionOfArea } from '~/domain/tenant/set-up'
import { authenticateByPassword } from '~/domain/users/sign-in'
import { DomainError } from '~/platform/errors'
import { findTenantMember } from '~db/queries/teams'
import { adminPath } from './guard'
import { beginAdminSession } from './session-cookie'

/**
 * Signs a member in by the password. Where a second factor is due the session is good for that page alone; the guard
 * sends it there.
 */
export async function signInMember(
  ctx: AppContext,
  { username, password, path }: { username: string; password: string; path: unknown },
): Promise<Response> {
  const connection = await connectionOfArea(ctx, 'admin')
  const { user } = await authenticateByPassword(ctx, [connection], { login: username, password })
  if (!(await findTenantMember(ctx.db, user.userId))) {
    throw new DomainError('not_allowed', 'This account is no longer a member of the tenant. Ask an owner.')
  }
  const headers = await beginAdminSession(ctx, { user, connectionId: connection.id, amr: ['pwd'] })
  return redirect(adminPath(path), { headers })
}
