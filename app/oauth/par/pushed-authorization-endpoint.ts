import type { AppContext } from '~/context'
import { isRegisteredRedirectUri } from '~/domain/clients/redirect-uri'
import { countRequestOfAnybody } from '~/domain/clients/requests-of-anybody'
import { pushRequest } from '~/domain/grants/pushed-request'
import { type DpopProof, takenSteps } from '~/domain/tokens/dpop'
import type { HttpAnswer, HttpRequest } from '~/platform/http'
import type { Client } from '~db/queries/clients'
import { openRequestObject } from '../authorize/resolve-request'
import { validateAuthorization } from '../authorize/validate-authorization'
import { readDpopHeader } from '../dpop-header'
import { json, machineEndpoint, type Parameters, requireParameter } from '../endpoint'
import { OAuthError } from '../errors'
import { authenticateClient } from '../token/client-authentication/authenticate-client'

/** What proves the client, and is no part of the request. */
const CREDENTIALS = new Set(['client_secret', 'client_assertion', 'client_assertion_type'])

/** Of what is stored: anybody can push in the name of a public client, and what no URL could hold needs no room (§2.3). */
const MAX_LENGTH = 32_768

/** RFC 9126 §2: all that can be refused without the person is refused here, where the client reads it. */
export const pushedAuthorizationEndpoint = machineEndpoint('/oauth/par', push, { cors: 'registered-origins' })

async function push(ctx: AppContext, given: Parameters, request: HttpRequest): Promise<HttpAnswer> {
  const client = await authenticateClient(ctx, given, request)
  if (client.suspendedAt !== null) throw new OAuthError('unauthorized_client', 'The app is suspended.', { status: 403 })
  await countRequestOfAnybody(ctx, client)
  if (given.has('request_uri'))
    throw new OAuthError('invalid_request', 'The parameter request_uri is what this endpoint gives; leave it out.')
  const proof = await readDpopHeader(ctx, request)
  const params = bindToKey(proof, await openRequestObject(ctx, client, given))
  await validateAuthorization(ctx, client, params, requireRedirectUri(client, params))
  const kept = Object.fromEntries([...params].filter(([name]) => !CREDENTIALS.has(name)))
  if (JSON.stringify(kept).length > MAX_LENGTH)
    throw new OAuthError('invalid_request', `The request is longer than ${MAX_LENGTH} characters.`, { status: 413 })
  const own = { ...kept, client_id: client.clientId }
  const { requestUri, expiresIn } = await pushRequest(ctx, client, own, takenSteps(proof))
  return json(201, { request_uri: requestUri, expires_in: expiresIn })
}

/** A proof at this endpoint binds the code as `dpop_jkt` does (RFC 9449 §10.1). */
function bindToKey(proof: DpopProof | undefined, params: Parameters): Parameters {
  if (proof === undefined) return params
  const { jkt } = proof
  const named = params.get('dpop_jkt')
  if (named !== undefined && named !== jkt)
    throw new OAuthError('invalid_dpop_proof', 'The DPoP proof is of another key than the one that dpop_jkt names.')
  return new Map([...params, ['dpop_jkt', jkt]])
}

function requireRedirectUri(client: Client, params: Parameters): string {
  const given = requireParameter(params, 'redirect_uri')
  if (isRegisteredRedirectUri(client, given)) return given
  throw new OAuthError(
    'invalid_request',
    `Callback URL mismatch. ${given.slice(0, 500)} is not in the list of allowed callback URLs`,
  )
}
