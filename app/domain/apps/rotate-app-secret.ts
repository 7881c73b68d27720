import type { AppContext } from '~/context'
import { rotateClientSecret } from '~/domain/clients/client-secrets'
import { secretRotatedMail } from '~/domain/mail/mails'
import { teamMailSteps } from '~/domain/partners/team-mails'
import { HOUR } from '~/platform/durations'
import type { AppDetails } from '~db/queries/apps'

/** What a partner can choose, in hours: until when the old secret works beside the new one. */
export const OVERLAP_CHOICES = [0, 1, 24, 72, 168] as const

/**
 * Gives an app a new secret and tells its team.
 * @returns the new secret, which is shown once, and when the old ones end (milliseconds)
 * @param rotation.seen the newest secret that the person was shown
 * @throws DomainError `not_allowed` for an app that can keep no secret, `conflict` when it was rotated meanwhile
 */
export async function rotateAppSecret(
  ctx: AppContext,
  { app, client }: AppDetails,
  rotation: { overlapHours: number; seen?: string },
): Promise<{ secret: string; oldWorksUntil: number }> {
  const { overlapHours } = rotation
  await ctx.throttle.take('team-mail', app.partnerId)
  const by = 'name' in ctx.actor ? ctx.actor.name : 'Somebody'
  const oldWorksUntil = overlapHours === 0 ? 'now, and no longer' : utcTime(ctx.clock.now() + overlapHours * HOUR)
  const link = `${ctx.config.issuer}portal/apps/${client.clientId}/credentials`
  const telling = await teamMailSteps(ctx, app.partnerId, (person) =>
    secretRotatedMail(ctx, { ...person, appName: client.name, by, oldWorksUntil, link }),
  )
  return rotateClientSecret(ctx, client, { ...rotation, partnerId: app.partnerId }, telling)
}

const utcTime = (time: number): string => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`
