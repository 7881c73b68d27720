import type { AppContext } from '~/context'
import { reviewMail } from '~/domain/mail/mails'
import { teamMailSteps } from '~/domain/partners/team-mails'
import { DomainError } from '~/platform/errors'
import { newSortableId } from '~/platform/ids'
import { also, type Step } from '~db/database'
import { type AppDetails, findApp, insertReviewMessage } from '~db/queries/apps'
import type { Client } from '~db/queries/clients'
import { findThirdPartyClient } from '~db/queries/third-party-clients'

/**
 * A third-party client, and what the portal knows of it where a partner made it.
 * @throws DomainError `not_found`, also for a first-party client: owners moderate what others made
 */
export async function requireThirdPartyClient(
  ctx: Pick<AppContext, 'db'>,
  clientId: string,
): Promise<{ client: Client; details: AppDetails | undefined }> {
  const client = await findThirdPartyClient(ctx.db, clientId)
  if (!client) throw new DomainError('not_found', 'There is no such app of a third party.')
  return { client, details: await findApp(ctx.db, clientId) }
}

/** Keeps the reason of a suspension, or of its end, in the conversation that the partner sees. */
export function suspensionNote(
  ctx: Pick<AppContext, 'clock' | 'actor'>,
  details: AppDetails | undefined,
  act: 'suspend' | 'reinstate',
  message: string,
): Step[] {
  const version = details?.live ?? details?.proposed
  if (!details || !version) return []
  const now = ctx.clock.now()
  return [
    also(
      insertReviewMessage({
        id: newSortableId(now),
        clientId: details.app.clientId,
        versionId: version.id,
        authorId: 'id' in ctx.actor ? ctx.actor.id : ctx.actor.type,
        authorSide: 'tenant',
        act,
        message,
        createdAt: now,
      }),
    ),
  ]
}

/** The steps that mail the team of the app's organization, where there is one. */
export async function tellingSteps(
  ctx: AppContext,
  details: AppDetails | undefined,
  outcome: 'suspended' | 'reinstated',
  message: string,
): Promise<Step[]> {
  if (!details) return []
  const link = `${ctx.config.issuer}portal/apps/${details.app.clientId}`
  return teamMailSteps(ctx, details.partner.id, (person) =>
    reviewMail(ctx, { ...person, appName: details.client.name, outcome, message, link }),
  )
}
