import type { AppContext } from '~/context'
import type { Mail } from '~/platform/mailer'
import { listTenantMembers } from '~db/queries/teams'

/** Sends every member of the tenant a mail of their own. */
export async function mailMembers(
  ctx: Pick<AppContext, 'db' | 'mailer'>,
  compose: (person: { to: string; name: string }) => Promise<Mail>,
): Promise<void> {
  for (const { user } of await listTenantMembers(ctx.db, {})) {
    if (user.email) await ctx.mailer.send(await compose({ to: user.email, name: user.name }))
  }
}
