import { issueClientTokens } from '~/domain/tokens/issue-client-tokens'
import { OAuthError } from '../../errors'
import { readScope } from '../../scope-parameter'
import type { Grant } from '../token-endpoint'

/** RFC 6749 §4.4, with the API by `audience` or `resource` (RFC 8707 §2). */
export const clientCredentialsGrant: Grant = (ctx, { client, params, dpopJkt }) => {
  const scope = params.get('scope')
  const [audience, resource] = [params.get('audience'), params.get('resource')]
  if (audience !== undefined && resource !== undefined && audience !== resource)
    throw new OAuthError(
      'invalid_target',
      'The parameters audience and resource name different APIs; send one of them.',
    )
  return issueClientTokens(ctx, client, {
    audience: audience ?? resource,
    requested: scope === undefined ? undefined : readScope(scope),
    dpopJkt,
  })
}
