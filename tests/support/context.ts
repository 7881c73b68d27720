import { randomUUID } from 'node:crypto'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import type { Actor, AppContext, Services } from '~/context'
import { pageFormToken } from '~/pages/form-token'
import { FORM_TOKEN_FIELD } from '~/platform/form-token'
import { visitorOf } from '~/platform/visitors'

export type Cookies = Record<string, string>
export type Params = Record<string, string>

/** A field with several values is sent several times, as checkboxes are. */
export type Fields = Record<string, string | string[]>

export type VisitorOptions = {
  /** By their own names. */
  cookies?: Cookies
  ip?: string
  userAgent?: string
  visitorId?: string
  actor?: Actor
  requestId?: string
}

let visitors = 0

/** The context of one request of a browser that holds these cookies. Without an `ip` each comes from another network. */
export function visitorContext(
  services: Services,
  { cookies = {}, ip, userAgent = 'Test browser', visitorId, actor, requestId = randomUUID() }: VisitorOptions = {},
): AppContext {
  visitors += 1
  const isKnown = visitorId === undefined && Object.keys(cookies).some((name) => name.startsWith('visitor-'))
  return {
    ...services,
    request: Object.assign(visitorOf(isKnown ? cookies : { 'visitor-1': visitorId ?? randomUUID() }), {
      id: requestId,
      ip: ip ?? `2001:db8:${visitors.toString(16)}::1`,
      userAgent,
      cookies,
    }),
    actor: actor ?? { type: 'anonymous' },
    nonce: 'nonce',
  }
}

/** What Remix gives to the loader of a page. @param path with its query */
export function pageRequest(context: AppContext, path: string, params: Params = {}): LoaderFunctionArgs {
  return { request: new Request(new URL(path, context.config.issuer)), context, params }
}

/**
 * What Remix gives to the action of a page, with the token that a page would have put into the form at this moment.
 * @param options.token in place of the right one; `null` sends none
 */
export async function pageForm(
  context: AppContext,
  path: string,
  fields: Fields = {},
  { params = {}, token }: { params?: Params; token?: string | null } = {},
): Promise<ActionFunctionArgs> {
  const body = new URLSearchParams()
  const given = token === undefined ? (fields[FORM_TOKEN_FIELD] ?? (await pageFormToken(context))) : token
  if (given !== null) body.append(FORM_TOKEN_FIELD, String(given))
  for (const [name, values] of Object.entries(fields)) {
    if (name !== FORM_TOKEN_FIELD) for (const value of [values].flat()) body.append(name, value)
  }
  const request = new Request(new URL(path, context.config.issuer), { method: 'POST', body })
  return { request, context, params }
}
