/** What an endpoint of the Management API declares. What has no declaration does not answer. */

import { z } from 'zod'
import type { AppContext, MachineEndpoint } from '~/context'
import { recordRefusedCall } from '~/domain/audit/refused-call'
import { asClient, asUser } from '~/domain/audit/who'
import { toSeconds } from '~/platform/durations'
import type { HttpAnswer, HttpRequest } from '~/platform/http'
import { logRefusal } from '~/platform/log'
import {
  type AcceptedScopes,
  type Access,
  authenticate,
  type Caller,
  requireAccess,
  requireReachOf,
  requireStepUp,
} from './access'
import { JSON_TYPE, ManagementError, refusalAnswer, toManagementError } from './errors'
import { readFormPayload, readParams, readPayload, readQuery } from './validation'

const nothing = z.strictObject({})
type Nothing = typeof nothing

/** @template Answer the schema of the body; without one the answer has none (204) */
export type Declaration<
  Params extends z.ZodObject = Nothing,
  Query extends z.ZodObject = Nothing,
  Body extends z.ZodType = Nothing,
  Answer extends z.ZodType = z.ZodType,
> = AcceptedScopes & {
  method: MachineEndpoint['method']
  /** As in the documentation: `/api/v2/users/{id}`. */
  path: string
  summary: string
  tag: string
  /** The path's parameters; each is text unless said otherwise. A parameter `id` below `/users` is a user's. */
  params?: Params
  query?: Query
  body?: Body
  /** A form with a file, in place of JSON; `bodyLimit` in bytes where it may be longer than others. */
  bodyType?: 'multipart/form-data'
  bodyLimit?: number
  answer?: Answer
  status?: number
  run(
    ctx: AppContext,
    request: {
      params: z.output<Params>
      query: z.output<Query>
      body: z.output<Body>
      access: Access
      http: HttpRequest
    },
  ): Promise<z.input<Answer> | AnswerWithHeaders<z.input<Answer>> | RawAnswer>
}

/** A body that comes with headers of its own. */
export class AnswerWithHeaders<Body> {
  constructor(
    readonly body: Body,
    readonly headers: Record<string, string>,
  ) {}
}

/** An answer that is not JSON. */
export class RawAnswer {
  constructor(readonly answer: HttpAnswer) {}
}

export type ManagementEndpoint = MachineEndpoint & {
  declaration: Omit<Declaration<z.ZodObject, z.ZodObject, z.ZodType, z.ZodType>, 'run'>
}

/** Authentication, limits, scopes, validation and refusals around what an endpoint does. */
export function endpoint<
  Params extends z.ZodObject = Nothing,
  Query extends z.ZodObject = Nothing,
  Body extends z.ZodType = Nothing,
  Answer extends z.ZodType = z.ZodVoid,
>(declaration: Declaration<Params, Query, Body, Answer>): ManagementEndpoint {
  const { method, path, answer, run } = declaration
  const status = declaration.status ?? (answer ? 200 : 204)
  const params = declaration.params ?? z.object({})
  const query = declaration.query ? declaration.query.strict() : nothing
  const readBody = declaration.bodyType === 'multipart/form-data' ? readFormPayload : readPayload
  const actsOnUser = /^\/api\/v2\/users\/\{id\}/.test(path)

  /** @param call learns who calls and what is left to them, also of a call that is then refused */
  async function answerTo(ctx: AppContext, http: HttpRequest, call: Call): Promise<HttpAnswer> {
    const caller = await authenticate(ctx, http)
    call.client = caller.client
    Object.assign(call.headers, await spend(ctx, caller))
    const access = requireAccess(caller, declaration)
    const asked = readParams(params, http.params) as z.output<Params>
    if (actsOnUser) requireReachOf(access, String((asked as { id?: unknown }).id))
    requireStepUp(ctx, access, declaration)
    const given = {
      params: asked,
      query: readQuery(query, http.queryString) as z.output<Query>,
      body: (declaration.body && method !== 'GET' ? await readBody(declaration.body, http) : {}) as z.output<Body>,
    }
    const result = await run({ ...ctx, actor: actorOf(access) }, { ...given, access, http })
    if (result instanceof RawAnswer) return result.answer
    const { body, headers: own } = result instanceof AnswerWithHeaders ? result : { body: result, headers: {} }
    if (!answer) return { status, headers: own }
    return { status, headers: { 'content-type': JSON_TYPE, ...own }, body: JSON.stringify(body) }
  }

  return {
    declaration,
    method,
    path: path.replace(/\{(\w+)\}/g, ':$1'),
    interactive: false,
    cors: 'registered-origins',
    bodyLimit: declaration.bodyLimit,
    async run(ctx, request) {
      const call: Call = { headers: { 'cache-control': 'no-cache' } }
      const given = await answerTo(ctx, request, call).catch(async (thrown) => {
        const refusal = toManagementError(thrown)
        const { status, message, errorCode } = refusal
        const error = errorCode ?? String(status)
        logRefusal(ctx, { endpoint: `${method} ${path}`, clientId: call.client?.clientId, error, cause: message })
        await recordRefusedCall(ctx, call.client, { method, path: request.path, status, message })
        return refusalAnswer(refusal)
      })
      return { ...given, headers: { ...call.headers, ...given.headers } }
    },
  }
}

type Call = { client?: Access['client']; headers: Record<string, string> }

function actorOf({ client, user, reach }: Access): AppContext['actor'] {
  return user && reach.of === 'user' ? asUser(user) : asClient(client)
}

/**
 * Takes a call from what the caller has in a minute: a program, or one user of an app, who spends nothing of the others.
 * @returns the headers that say what is left
 */
async function spend({ throttle, clock }: AppContext, { client, user }: Caller): Promise<Record<string, string>> {
  const own = await throttle.spend(user ? 'management-user' : 'management', `${client.clientId} ${user?.userId ?? ''}`)
  const isShared = user !== undefined && own.remaining >= 0
  const all = isShared ? await throttle.spend('management-users', client.clientId) : own
  const { limit, remaining, millisecondsLeft } = all.remaining < 0 ? all : own
  const headers = {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(Math.max(remaining, 0)),
    'x-ratelimit-reset': String(toSeconds(clock.now() + millisecondsLeft)),
  }
  if (remaining >= 0) return headers
  throw new ManagementError(429, 'too_many_requests', 'Global limit has been reached', {
    headers: { ...headers, 'retry-after': String(Math.max(1, Math.ceil(millisecondsLeft / 1000))) },
  })
}
