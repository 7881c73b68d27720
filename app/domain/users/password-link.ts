import type { AppContext } from '~/context'
import { findConnectionByArea } from '~db/queries/connections'
import { listIdentities } from '~db/queries/users'

/** The address at which a person asks for a new password, for mails: each area has a page of its own. */
export async function passwordLink(ctx: Pick<AppContext, 'db' | 'config'>, userId: string): Promise<string> {
  const [identity] = await listIdentities(ctx.db, { userId })
  for (const area of ['portal', 'admin'] as const) {
    const connection = await findConnectionByArea(ctx.db, area)
    if (connection && connection.id === identity?.connectionId) return `${ctx.config.issuer}${area}/forgot-password`
  }
  return `${ctx.config.issuer}u/reset-password`
}
