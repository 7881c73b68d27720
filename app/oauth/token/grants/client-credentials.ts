import { issueClientTokens } from '~/domain/tokens/issue-client-tokens'
import { readAudience } from '../../requested-access'
import { readScope } from '../../scope-parameter'
import type { Grant } from '../token-endpoint'

/** RFC 6749 §4.4, with the API by `audience` or `resource` (RFC 8707 §2). */
export const clientCredentialsGrant: Grant = async (ctx, { client, params, proof }) => {
  const scope = params.get('scope')
  return issueClientTokens(ctx, client, {
    audience: await readAudience(ctx, params),
    requested: scope === undefined ? undefined : readScope(scope),
    proof,
  })
}
