import { isDeepStrictEqual } from 'node:util'
import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { holdsSecret, policyFor } from '~/domain/policy/client-policy'
import { changedAt } from '~/platform/changes'
import { DomainError } from '~/platform/errors'
import { also, type Step } from '~db/database'
import { deleteClientSecrets } from '~db/queries/client-secrets'
import type { Client, ClientSource } from '~db/queries/clients'
import { requireSoundClient } from './client-rules'
import { createClientSecret } from './client-secrets'
import { requirePkceChoice } from './pkce'
import { enableKeysStep } from './registered-keys'
import { changeClientSteps, idTokenKeySteps } from './save-client'

/**
 * Changes a client, in force from the next request on. An app of a partner is changed by a version that an owner
 * approves, so that what people see is what somebody has looked at.
 * @param options.secret takes the place of all secrets, at once
 * @param options.keyIds the registered keys that it proves itself with from now on
 * @throws DomainError `not_allowed` for an app of a partner, `invalid` at a member that breaks a rule, `changed`
 */
export async function updateClient(
  ctx: AppContext,
  client: Client,
  change: Partial<Client>,
  { secret, keyIds }: { secret?: string; keyIds?: string[] } = {},
): Promise<Client> {
  requireOfTenant(client)
  const updatedAt = changedAt(ctx.clock.now(), client)
  const after = { ...client, ...change, updatedAt }
  if (client.source === 'registration' && policyFor(after).consent !== 'always') throw staysThirdParty()
  requireSameMode(client, after)
  requireSoundClient(after)
  requirePkceChoice(after, change.pkce)
  if (secret !== undefined && !holdsSecret(after)) throw hasNoSecret()
  const fields = Object.entries(change).flatMap(([name, value]) =>
    isDeepStrictEqual(value, client[name as keyof Client]) ? [] : [name],
  )
  await ctx.db.atomically([
    ...(await idTokenKeySteps(ctx, after)),
    ...changeClientSteps(ctx, client, { ...change, updatedAt }),
    ...(secret === undefined && holdsSecret(client) ? [] : await newSecretSteps(ctx, after, secret)),
    ...(keyIds ? [await enableKeysStep(ctx, client.clientId, keyIds)] : []),
    also(
      auditEvent(ctx, 'client.updated', asClient({ clientId: client.clientId, name: after.name }), {
        clientId: client.clientId,
        details: { fields: secret === undefined ? fields : [...fields, 'secret'] },
      }),
    ),
  ])
  return after
}

/** What a third-party client may do is set once, and changed by who moderates it: a stay with the first party changes nothing. */
function requireSameMode({ thirdPartySecurityMode, formerSecurityMode }: Client, after: Client): void {
  const mode = thirdPartySecurityMode ?? formerSecurityMode
  if (mode === null || after.thirdPartySecurityMode === null || after.thirdPartySecurityMode === mode) return
  throw new DomainError('invalid', 'It is set once: change it at /api/v2/third-party-clients/{client_id}', {
    field: 'third_party_security_mode',
  })
}

const staysThirdParty = () =>
  new DomainError(
    'not_allowed',
    'This client registered itself, and its maker can change it: it stays a third party’s. Create a client of your own instead.',
  )

const NOT_OF_TENANT: Partial<Record<ClientSource, string>> = {
  portal: 'This app belongs to a partner, who changes it by versions that are reviewed: use /api/v2/apps.',
  'partner-api': 'This is a program of a partner, who makes, rotates and deletes it in the portal.',
  'metadata-document': 'This client is what its own document says: its makers change it there.',
}

/** @throws DomainError `not_allowed` for a client that somebody else describes */
export function requireOfTenant({ source }: Client): void {
  const message = NOT_OF_TENANT[source]
  if (message) throw new DomainError('not_allowed', message)
}

/** A secret in place of all others: the one that is given, or where the client begins to have one, one of ours. */
async function newSecretSteps(ctx: AppContext, client: Client, given: string | undefined): Promise<Step[]> {
  if (!holdsSecret(client)) return []
  const { id, write } = await createClientSecret(ctx, client.clientId, given)
  return [also(write), also(deleteClientSecrets(client.clientId, id))]
}

const hasNoSecret = () =>
  new DomainError('invalid', 'A client that proves itself by a key, or not at all, has no secret. Leave it out.', {
    field: 'client_secret',
  })
