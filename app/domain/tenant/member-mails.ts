import type { AppContext } from '~/context'
import { mailStep } from '~/domain/mail/outbox'
import type { Mail } from '~/platform/mailer'
import type { Step } from '~db/database'
import { listTenantMembers } from '~db/queries/teams'

/** The steps that mail every member of the tenant a mail of their own. */
export async function memberMailSteps(
  ctx: Pick<AppContext, 'db' | 'clock' | 'encryption' | 'outbox'>,
  compose: (person: { to: string; name: string }) => Promise<Mail>,
): Promise<Step[]> {
  const steps: Step[] = []
  for (const { user } of await listTenantMembers(ctx.db, {})) {
    if (user.email) steps.push(await mailStep(ctx, await compose({ to: user.email, name: user.name })))
  }
  return steps
}
