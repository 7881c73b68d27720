import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { requirePkceChoice } from '~/domain/clients/pkce'
import { changeClientSteps } from '~/domain/clients/save-client'
import { also } from '~db/database'
import type { Client } from '~db/queries/clients'
import { clientGrantSteps } from './approved-client-grants'
import { requireThirdPartyClient } from './third-party-client'

/** @property pkce null leaves it to the tenant */
type ClientRules = { thirdPartySecurityMode?: 'permissive' | 'strict'; pkce?: Client['pkce'] }

/**
 * Chooses the profile of rules for one app of a third party, and whether it needs PKCE, in force from the next request on.
 * @throws DomainError `not_found`, `invalid` for an app of a kind that has no choice of PKCE
 */
export async function setClientRules(ctx: AppContext, clientId: string, rules: ClientRules): Promise<void> {
  const { client, details } = await requireThirdPartyClient(ctx, clientId)
  const after = { ...client, ...rules }
  requirePkceChoice(after, rules.pkce)
  const changesPkce = after.pkce !== client.pkce
  if (!changesPkce && after.thirdPartySecurityMode === client.thirdPartySecurityMode) return
  const partnerId = details?.partner.id
  const pkce = { from: client.pkce, to: after.pkce }
  await ctx.db.atomically([
    ...changeClientSteps(ctx, client, { ...rules, updatedAt: ctx.clock.now() }, { partnerId }),
    // What was approved of each API holds on: the strict row asks for a client grant.
    ...(details?.live ? await clientGrantSteps(ctx, after, details.live.manifest) : []),
    ...(changesPkce
      ? [also(auditEvent(ctx, 'client.pkce-changed', asClient(client), { clientId, partnerId, details: pkce }))]
      : []),
  ])
}
