import { policyFor } from '~/domain/policy/client-policy'
import { DomainError } from '~/platform/errors'
import type { Client } from '~db/queries/clients'
import { backchannelLogoutProblem, linkProblem, logoutUrlProblem, webOriginProblem } from './client-links'
import { redirectUriProblem } from './redirect-uri'

/** @throws DomainError `invalid` for a grant type or an algorithm that clients of this kind do not have */
export function requireWithinPolicy(client: Client): void {
  const { grantTypes, idTokenAlgs } = policyFor(client)
  const beyond = client.grantTypes.find((grant) => !grantTypes.has(grant))
  if (beyond !== undefined) {
    const message = `The grant type ${beyond} is not open to clients of this kind here.`
    throw new DomainError('invalid', message, { field: 'grant_types' })
  }
  if (!idTokenAlgs.has(client.idTokenAlg)) {
    const message = `ID tokens of such a client are signed with ${[...idTokenAlgs].join(' or ')}: it has no secret.`
    throw new DomainError('invalid', message, { field: 'jwt_configuration.alg' })
  }
}

type Check = { field: string; values: string[]; problemOf: (value: string) => string | undefined }

const checksOf = (client: Client): Check[] => {
  const links = [client.logoUri, client.homepageUri, client.privacyPolicyUri, client.termsUri, client.initiateLoginUri]
  const { anyScheme } = policyFor(client)
  const schemes = { anyScheme }
  const originProblem = (value: string) => webOriginProblem(value, client.appType)
  return [
    {
      field: 'callbacks',
      values: client.callbacks,
      problemOf: (uri) => redirectUriProblem(client.appType, uri, schemes),
    },
    {
      field: 'allowed_logout_urls',
      values: client.allowedLogoutUrls,
      problemOf: (uri) => logoutUrlProblem(uri, client.appType, schemes),
    },
    { field: 'web_origins', values: client.webOrigins, problemOf: originProblem },
    { field: 'allowed_origins', values: client.allowedOrigins, problemOf: originProblem },
    { field: 'backchannel_logout_urls', values: client.backchannelLogoutUris, problemOf: backchannelLogoutProblem },
    { field: 'uris', values: [...links, client.jwksUri].filter((link) => link !== null), problemOf: linkProblem },
  ]
}

/**
 * Whether a client can be stored as it is: the rules of the portal, and those of its party.
 * @throws DomainError `invalid` that names the first member that breaks one
 */
export function requireSoundClient(client: Client): void {
  requireWithinPolicy(client)
  for (const { field, values, problemOf } of checksOf(client)) {
    for (const value of values) {
      const problem = problemOf(value)
      if (problem) throw new DomainError('invalid', `${value.slice(0, 200)}: ${problem}`, { field })
    }
    if (new Set(values).size < values.length && field !== 'uris')
      throw new DomainError('invalid', 'An address is there twice.', { field })
  }
  if (client.dpopBoundAccessTokens && client.grantTypes.includes('implicit')) {
    const message = 'A token that comes through the browser cannot be bound to a key: leave out implicit.'
    throw new DomainError('invalid', message, { field: 'require_proof_of_possession' })
  }
}
