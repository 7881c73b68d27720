import type { AppContext } from '~/context'
import { secondFactorMail } from '~/domain/mail/mails'
import { passwordLink } from '~/domain/users/password-link'
import type { User } from '~db/queries/users'

/** Tells a person by mail what became of their second factor, in case it was not them. */
export async function tellPerson(
  ctx: AppContext,
  { userId, email, name }: User,
  change: 'set up' | 'removed',
): Promise<void> {
  if (!email) return
  const link = await passwordLink(ctx, userId)
  await ctx.mailer.send(await secondFactorMail(ctx, { to: email, name, change, link }))
}
