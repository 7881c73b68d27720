import type { AppContext } from '~/context'
import { secondFactorMail } from '~/domain/mail/mails'
import { mailStep } from '~/domain/mail/outbox'
import { passwordLink } from '~/domain/users/password-link'
import type { Step } from '~db/database'
import type { User } from '~db/queries/users'

/** The steps that tell a person by mail what became of their second factor, in case it was not them. */
export async function tellingSteps(
  ctx: AppContext,
  { userId, email, name }: User,
  change: 'set up' | 'removed',
): Promise<Step[]> {
  if (!email) return []
  const link = await passwordLink(ctx, userId)
  return [await mailStep(ctx, await secondFactorMail(ctx, { to: email, name, change, link }))]
}
