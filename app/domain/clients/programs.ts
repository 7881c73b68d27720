import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { managementApiIdentifier, managementScopes } from '~/domain/resource-servers/management-api'
import { DomainError } from '~/platform/errors'
import { newId } from '~/platform/ids'
import { also } from '~db/database'
import { insertClientGrant } from '~db/queries/client-grants'
import { createClientSecret } from './client-secrets'
import { clientText } from './client-text'
import { newClientRow } from './new-client'
import { newClientSteps } from './save-client'

/** What owners call a program of the tenant. */
export const programName = clientText({ label: 'a name for the program', min: 1, max: 100 })

export const ALL_SCOPES = managementScopes.map(({ value }) => value)
export const READ_SCOPES = ALL_SCOPES.filter((value) => value.startsWith('read:'))

/**
 * Makes a program of the tenant's own, which manages it by the Management API: a first-party client with the client
 * credentials grant.
 * @returns its secret, which is shown once
 * @throws DomainError `invalid` at `scope`, for scopes that the Management API does not have
 */
export async function createProgram(
  ctx: AppContext,
  { name, scope }: { name: string; scope: string[] },
): Promise<{ clientId: string; secret: string }> {
  const unknown = scope.filter((value) => !ALL_SCOPES.includes(value))
  if (unknown.length > 0)
    throw new DomainError('invalid', `There is no scope ${unknown.join(', ')}. Correct or remove it.`, {
      field: 'scope',
    })
  const now = ctx.clock.now()
  const client = newClientRow(now, { name, appType: 'non_interactive', isFirstParty: true })
  const { clientId } = client
  const audience = managementApiIdentifier(ctx.config.issuer)
  const grant = {
    id: newId('cgr'),
    clientId,
    audience,
    subjectType: 'client' as const,
    scope,
    createdAt: now,
    updatedAt: now,
  }
  const { secret, write } = await createClientSecret(ctx, clientId)
  await ctx.db.atomically([
    ...newClientSteps(client),
    also(write),
    also(insertClientGrant(grant)),
    also(auditEvent(ctx, 'client.created', asClient({ clientId, name }), { clientId })),
    also(
      auditEvent(
        ctx,
        'client-grant.created',
        { type: 'grant', id: grant.id },
        { clientId, details: { audience, scope, subjectType: 'client' } },
      ),
    ),
  ])
  return { clientId, secret }
}
