import type { AppContext } from '~/context'
import type { Mail } from '~/platform/mailer'
import { listPartnerMembers } from '~db/queries/teams'

/** Sends everybody of a partner's team, whose address is confirmed, a mail of their own. */
export async function mailTeam(
  ctx: Pick<AppContext, 'db' | 'mailer'>,
  partnerId: string,
  compose: (person: { to: string; name: string }) => Promise<Mail>,
): Promise<void> {
  for (const { user } of await listPartnerMembers(ctx.db, { partnerId })) {
    if (user.email && user.emailVerified) await ctx.mailer.send(await compose({ to: user.email, name: user.name }))
  }
}
