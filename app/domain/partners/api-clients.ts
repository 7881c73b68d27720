import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { createClientSecret, rotateClientSecret } from '~/domain/clients/client-secrets'
import { clientText } from '~/domain/clients/client-text'
import { newClientRow } from '~/domain/clients/new-client'
import { newClientSteps } from '~/domain/clients/save-client'
import { programMadeMail } from '~/domain/mail/mails'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import type { Client } from '~db/queries/clients'
import {
  deleteApiClientOfPartner,
  findApiClientOfPartner,
  insertPartnerApiClient,
  setSecretKnownTo,
} from '~db/queries/partner-api-clients'
import type { Partner } from '~db/queries/partners'
import { apiClientsOfPartner, roomSteps } from '~db/queries/room'
import { teamMailSteps } from './team-mails'

/** A partner's own programs, such as its CI: each gets tokens of the Management API that reach what is the partner's. */

export const MAX_API_CLIENTS = 10

/** What a partner calls a program of its own. */
export const apiClientName = clientText({ label: 'a name for the program', min: 1, max: 60 })

/**
 * Makes a program of a partner: a confidential client with the client credentials grant, which the policy gives nothing
 * but the Management API.
 * @returns the client, and its secret, which is shown once
 * @throws DomainError `conflict` when the partner has as many as it may have
 */
export async function createApiClient(
  ctx: AppContext,
  partner: Partner,
  name: string,
): Promise<{ client: Client; secret: string }> {
  await ctx.throttle.take('team-mail', partner.id)
  const now = ctx.clock.now()
  const client = newClientRow(now, {
    name,
    appType: 'non_interactive',
    isFirstParty: false,
    thirdPartySecurityMode: 'strict',
    source: 'partner-api',
  })
  const { clientId } = client
  const { secret, write } = await createClientSecret(ctx, clientId)
  const by = 'name' in ctx.actor ? ctx.actor.name : 'Somebody'
  const words = { programName: name, by, link: `${ctx.config.issuer}portal/organization#api-access` }
  await ctx.db.atomically([
    ...roomSteps(apiClientsOfPartner(partner.id), MAX_API_CLIENTS, full),
    ...newClientSteps(client),
    also(insertPartnerApiClient({ clientId, partnerId: partner.id, secretKnownTo: userOf(ctx), createdAt: now })),
    also(write),
    also(auditEvent(ctx, 'client.created', asClient({ clientId, name }), { clientId, partnerId: partner.id })),
    ...(await teamMailSteps(ctx, partner.id, (person) => programMadeMail(ctx, { ...words, ...person }))),
  ])
  return { client, secret }
}

const full = () =>
  new DomainError(
    'conflict',
    `Your organization has ${MAX_API_CLIENTS} API clients, which is the most. Delete one first.`,
  )

/**
 * Gives a program a new secret; the one before works for `overlapHours` more.
 * @throws DomainError `not_found` for a program that is not this partner's, `throttled`
 */
export async function rotateApiClientSecret(
  ctx: AppContext,
  partner: Partner,
  clientId: string,
  rotation: { overlapHours: number; seen?: string },
): Promise<{ secret: string; oldWorksUntil: number }> {
  const client = await requireApiClient(ctx, partner, clientId)
  await ctx.throttle.take('partner-change', partner.id)
  const known = also(setSecretKnownTo(clientId, userOf(ctx)))
  return rotateClientSecret(ctx, client, { ...rotation, partnerId: partner.id }, [known])
}

/** Deletes a program: its tokens end with it. @throws DomainError `not_found` for one that is not this partner's */
export async function deleteApiClient(ctx: AppContext, partner: Partner, clientId: string): Promise<void> {
  const { name } = await requireApiClient(ctx, partner, clientId)
  await ctx.db.atomically([
    must(deleteApiClientOfPartner(partner.id, clientId), gone),
    also(auditEvent(ctx, 'client.deleted', asClient({ clientId, name }), { clientId, partnerId: partner.id })),
  ])
}

const userOf = ({ actor }: AppContext): string | null => (actor.type === 'user' ? actor.id : null)

async function requireApiClient({ db }: AppContext, partner: Partner, clientId: string): Promise<Client> {
  const client = await findApiClientOfPartner(db, partner.id, clientId)
  if (client) return client
  throw gone()
}

const gone = () => new DomainError('not_found', 'Your organization has no such API client; it may have been deleted.')
