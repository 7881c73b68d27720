import type { AppContext } from '~/context'
import { type PolicyClient, policyFor } from '~/domain/policy/client-policy'
import { DomainError } from '~/platform/errors'
import type { Client } from '~db/queries/clients'
import { findTenantSettings } from '~db/queries/tenant'

/** Whether a code of the client needs a challenge (RFC 7636): by its kind, else by its own setting, else by the tenant's. */
export async function needsPkce({ db }: Pick<AppContext, 'db'>, client: Client): Promise<boolean> {
  const { pkce } = policyFor(client)
  const said = pkce === 'as-set' ? client.pkce : pkce
  return said ? said === 'required' : (await findTenantSettings(db)).thirdPartyPkceRequired
}

/** Whether an owner decides for the client whether it needs PKCE. */
export const hasPkceChoice = (client: PolicyClient): boolean => policyFor(client).pkce === 'as-set'

/**
 * @param given what is to be set for the client; null leaves it to the tenant
 * @throws DomainError `invalid` for a client of a kind without the choice
 */
export function requirePkceChoice(client: PolicyClient, given: Client['pkce'] | undefined): void {
  if (given === null || given === undefined || hasPkceChoice(client)) return
  const message =
    'Whether PKCE is required is set for permissive third-party clients with a secret or a key, once they are reviewed. Leave it out for this one.'
  throw new DomainError('invalid', message, { field: 'require_pkce' })
}
