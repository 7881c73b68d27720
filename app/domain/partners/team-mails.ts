import type { AppContext } from '~/context'
import { mailStep } from '~/domain/mail/outbox'
import type { Mail } from '~/platform/mailer'
import type { Step } from '~db/database'
import { listPartnerMembers } from '~db/queries/teams'

/** The steps that mail everybody of a partner's team, whose address is confirmed, a mail of their own; but for one who leaves. */
export async function teamMailSteps(
  ctx: Pick<AppContext, 'db' | 'clock' | 'encryption' | 'outbox'>,
  partnerId: string,
  compose: (person: { to: string; name: string }) => Promise<Mail>,
  { exceptUserId }: { exceptUserId?: string } = {},
): Promise<Step[]> {
  const steps: Step[] = []
  for (const { user } of await listPartnerMembers(ctx.db, { partnerId })) {
    if (user.email && user.emailVerified && user.userId !== exceptUserId)
      steps.push(await mailStep(ctx, await compose({ to: user.email, name: user.name })))
  }
  return steps
}
