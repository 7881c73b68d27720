/** Clients that register themselves (RFC 7591) and manage what they registered (RFC 7592). */
import type { JWK } from 'jose'
import type { z } from 'zod'
import type { AppContext, MachineEndpoint } from '~/context'
import { type ClientMetadata, clientMetadata, metadataOf } from '~/domain/clients/client-metadata'
import {
  deleteRegistration,
  registerClient,
  replaceRegistration,
  requireOpenRegistration,
  requireRegistration,
} from '~/domain/clients/register-client'
import { untilUnchanged } from '~/platform/changes'
import { toSeconds } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import type { HttpAnswer, HttpRequest } from '~/platform/http'
import { listClientKeys } from '~db/queries/client-keys'
import type { Client } from '~db/queries/clients'
import { readBearer } from '../bearer'
import { errorAnswer, json, readJsonObject } from '../endpoint'
import { OAuthError } from '../errors'

const PATH = '/oidc/register'

async function register(ctx: AppContext, request: HttpRequest): Promise<HttpAnswer> {
  await requireOpenRegistration(ctx)
  const metadata = readMetadata(readJsonObject(request))
  const made = await registerClient(ctx, metadata, readBearer(request))
  const secret = made.secret === undefined ? {} : { client_secret: made.secret, client_secret_expires_at: 0 }
  return json(201, { ...(await information(ctx, made.client, made.registrationToken)), ...secret })
}

async function read(ctx: AppContext, request: HttpRequest): Promise<HttpAnswer> {
  const { client, token } = await authenticate(ctx, request)
  return json(200, await information(ctx, client, token))
}

/** What the server gave has to stand in the request, or not at all (RFC 7592 §2.2). */
const GIVEN_BY_SERVER = [
  'registration_access_token',
  'registration_client_uri',
  'client_secret_expires_at',
  'client_id_issued_at',
]

async function replace(ctx: AppContext, request: HttpRequest): Promise<HttpAnswer> {
  const { client, token } = await authenticate(ctx, request)
  const body = readJsonObject(request)
  const foreign = GIVEN_BY_SERVER.find((name) => name in body)
  if (foreign) throw new OAuthError('invalid_client_metadata', `Leave out ${foreign}: it is not the client's to set.`)
  if (body.client_id !== client.clientId)
    throw new OAuthError('invalid_client_metadata', 'The client_id has to be the one that is being changed.')
  const metadata = readMetadata(body)
  const changed = await untilUnchanged(async () =>
    replaceRegistration(ctx, (await authenticate(ctx, request)).client, metadata),
  )
  return json(200, await information(ctx, changed, token))
}

async function remove(ctx: AppContext, request: HttpRequest): Promise<HttpAnswer> {
  const { client } = await authenticate(ctx, request)
  await deleteRegistration(ctx, client)
  return { status: 204, headers: { 'cache-control': 'no-store' } }
}

async function authenticate(ctx: AppContext, request: HttpRequest): Promise<{ client: Client; token: string }> {
  const token = readBearer(request) ?? ''
  return { client: await requireRegistration(ctx, request.params.client_id ?? '', token), token }
}

/** RFC 7591 §3.2.1, RFC 7592 §3. */
async function information(ctx: AppContext, client: Client, registrationToken: string): Promise<object> {
  const keys = await listClientKeys(ctx.db, { clientId: client.clientId })
  return {
    client_id: client.clientId,
    client_id_issued_at: toSeconds(client.createdAt),
    ...metadataOf(
      client,
      keys.map(({ publicJwk }) => publicJwk as JWK),
    ),
    registration_access_token: registrationToken,
    registration_client_uri: `${ctx.config.issuer}${PATH.slice(1)}/${encodeURIComponent(client.clientId)}`,
  }
}

/** @throws OAuthError of RFC 7591 §3.2.2, with what to change */
function readMetadata(body: Record<string, unknown>): ClientMetadata {
  const parsed = clientMetadata.safeParse(body)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0] as z.core.$ZodIssue
  const code = issue.path[0] === 'redirect_uris' ? 'invalid_redirect_uri' : 'invalid_client_metadata'
  throw new OAuthError(code, `${issue.path.join('.')}: ${issue.message}`)
}

/** At this door a refused token is a 401, and what is wrong with the metadata has the code of RFC 7591. */
async function refuse(ctx: AppContext, error: unknown, endpoint: string): Promise<HttpAnswer> {
  if (!(error instanceof DomainError)) return errorAnswer(ctx, error, { endpoint })
  if (error.code === 'wrong_credentials') {
    const headers = { 'www-authenticate': 'Bearer error="invalid_token"' }
    return errorAnswer(ctx, new OAuthError('invalid_token', error.message, { status: 401, headers }), { endpoint })
  }
  if (error.code === 'not_allowed') {
    return errorAnswer(ctx, new OAuthError('access_denied', error.message, { status: 403 }), { endpoint })
  }
  if (error.code === 'invalid') {
    const { field } = error.options
    const description = field ? `${field}: ${error.message}` : error.message
    return errorAnswer(ctx, new OAuthError('invalid_client_metadata', description), { endpoint })
  }
  return errorAnswer(ctx, error, { endpoint })
}

const endpoint = (
  method: MachineEndpoint['method'],
  path: string,
  run: (ctx: AppContext, request: HttpRequest) => Promise<HttpAnswer>,
): MachineEndpoint => ({
  method,
  path,
  interactive: false,
  run: (ctx, request) => run(ctx, request).catch((error) => refuse(ctx, error, path)),
})

export const registrationEndpoints: MachineEndpoint[] = [
  endpoint('POST', PATH, register),
  endpoint('GET', `${PATH}/:client_id`, read),
  endpoint('PUT', `${PATH}/:client_id`, replace),
  endpoint('DELETE', `${PATH}/:client_id`, remove),
]
