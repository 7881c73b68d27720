/** What an endpoint of the authorization server declares, and how its answers and refusals go onto the wire. */
import type { AppContext, MachineEndpoint } from '~/context'
import { MAX_LOGIN_LENGTH } from '~/domain/users/user-fields'
import { DomainError } from '~/platform/errors'
import { hasMore } from '~/platform/form-body'
import type { HttpAnswer, HttpRequest } from '~/platform/http'
import { JsonProblem, readJson } from '~/platform/json'
import { logRefusal } from '~/platform/log'
import { MAX_PASSWORD_LENGTH } from '~/platform/passwords'
import type { Client } from '~db/queries/clients'
import { fromDomainError, OAuthError, repeated } from './errors'
import { errorUriOf, namedClient } from './explain'

/** The parameters of a request; each stands at most once. */
export type Parameters = ReadonlyMap<string, string>

export const FORM = 'application/x-www-form-urlencoded'
const NO_STORE = { 'cache-control': 'no-store', pragma: 'no-cache' }

/** A JSON answer that nobody keeps (RFC 6749 §5.1). */
export const json = (status: number, body: object, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...NO_STORE, ...headers },
  body: JSON.stringify(body),
})

/** A machine endpoint with a body: refusals become the error answers of RFC 6749 §5.2. */
export function machineEndpoint(
  path: string,
  run: (ctx: AppContext, params: Parameters, request: HttpRequest) => Promise<HttpAnswer>,
  { cors, besidePage }: Pick<MachineEndpoint, 'cors' | 'besidePage'> = {},
): MachineEndpoint {
  return {
    method: 'POST',
    path,
    interactive: false,
    cors,
    besidePage,
    async run(ctx, request) {
      let params: Parameters = new Map()
      try {
        params = readBody(request)
        return await run(ctx, params, request)
      } catch (error) {
        const client = await namedClient(ctx, params, request)
        return errorAnswer(ctx, error, { client, endpoint: path, sent: params })
      }
    },
  }
}

type About = { endpoint: string; client?: Client; sent?: Parameters }

/** @param about the client's makers can look up why the request was refused, where both it and its parameters are known */
export async function errorAnswer(
  ctx: AppContext,
  thrown: unknown,
  { endpoint, client, sent }: About,
): Promise<HttpAnswer> {
  const error = thrown instanceof DomainError ? fromDomainError(thrown) : thrown
  if (!(error instanceof OAuthError)) throw error
  logOAuthRefusal(ctx, error, { endpoint, client })
  const { members, headers } = error.options
  const errorUri = client && sent && (await errorUriOf(ctx, client, error, { endpoint, sent }))
  const body = { error: error.error, error_description: error.description, ...members }
  return json(error.status, errorUri ? { ...body, error_uri: errorUri } : body, headers)
}

export const logOAuthRefusal = (
  ctx: AppContext,
  { error, description, options: { detail } }: OAuthError,
  { endpoint, client }: { endpoint: string; client: Client | undefined },
): void => logRefusal(ctx, { endpoint, clientId: client?.clientId, error, cause: description, detail })

/**
 * The parameters of a form, or of a JSON object as Auth0's SDKs send it. A parameter that stands twice is refused
 * (RFC 6749 §3.2), one with an empty value counts as absent.
 */
export function readBody({ contentType, body }: HttpRequest): Parameters {
  if (contentType === 'application/json') return readJsonParameters(body)
  if (contentType === FORM || body.length === 0) return readForm(body.toString('utf8'))
  throw new OAuthError('invalid_request', `Send the parameters as ${FORM}.`)
}

/** No request of a client's has more. */
export const MAX_PARAMETERS = 200

export function readForm(text: string): Parameters {
  if (hasMore(text, '&', MAX_PARAMETERS))
    throw new OAuthError('invalid_request', `Send at most ${MAX_PARAMETERS} parameters.`)
  const params = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(text)) {
    if (params.has(name)) throw repeated(name)
    params.set(name, requireParameterText(name, value))
  }
  for (const [name, value] of params) if (value === '') params.delete(name)
  return params
}

function readJsonParameters(body: Buffer): Parameters {
  const params = new Map<string, string>()
  for (const [name, value] of Object.entries(parseObject(body))) {
    if (typeof value === 'object') throw new OAuthError('invalid_request', `The parameter ${name} has to be a string.`)
    if (value !== '') params.set(name, requireParameterText(name, String(value)))
  }
  return params
}

/** What a request holds, from JSON with its types, or from a form. @throws OAuthError `invalid_request` */
export const readBodyObject = (request: HttpRequest): Record<string, unknown> =>
  request.contentType === 'application/json' ? readJsonObject(request) : Object.fromEntries(readBody(request))

/** The JSON object that a request holds. @throws OAuthError `invalid_request` for anything else */
export function readJsonObject({ contentType, body }: HttpRequest): Record<string, unknown> {
  if (contentType !== 'application/json')
    throw new OAuthError('invalid_request', 'Send a JSON object as application/json.')
  if (body.includes('\\u0000')) throw new OAuthError('invalid_request', 'The body has a NUL character.')
  return parseObject(body)
}

function parseObject(body: Buffer): Record<string, unknown> {
  const parsed = readJsonOf(body)
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new OAuthError('invalid_request', 'The body has to be a JSON object.')
  }
  return parsed as Record<string, unknown>
}

function readJsonOf(body: Buffer): unknown {
  try {
    return readJson(body)
  } catch (error) {
    throw error instanceof JsonProblem ? new OAuthError('invalid_request', `The body ${error.message}.`) : error
  }
}

/** A signed request is as long as this, and nothing is longer. */
const MAX_PARAMETER_LENGTH = 32 * 1024

function requireParameterText(name: string, value: string): string {
  if (value.length > MAX_PARAMETER_LENGTH)
    throw new OAuthError(
      'invalid_request',
      `Use at most ${MAX_PARAMETER_LENGTH} characters for ${name.slice(0, 100)}.`,
      {
        status: 413,
      },
    )
  return requireText(name, value)
}

/** No parameter has a NUL, and PostgreSQL takes none. */
export function requireText(name: string, value: string): string {
  if (value.includes('\0')) throw new OAuthError('invalid_request', `The parameter ${name} has a NUL character.`)
  return value
}

/** @param max characters that it may have, where what is made of it costs more than its length */
export function requireParameter(params: Parameters, name: string, max = MAX_PARAMETER_LENGTH): string {
  const value = params.get(name)
  if (value === undefined) throw new OAuthError('invalid_request', `Missing required parameter: ${name}`)
  if (value.length > max) throw new OAuthError('invalid_request', `Use at most ${max} characters for ${name}.`)
  return value
}

/** What a person has typed at a page of the client's. */
export const requireCredentials = (params: Parameters): { login: string; password: string } => ({
  login: requireParameter(params, 'username', MAX_LOGIN_LENGTH),
  password: requireParameter(params, 'password', MAX_PASSWORD_LENGTH),
})
