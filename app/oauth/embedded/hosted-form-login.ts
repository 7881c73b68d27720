/**
 * Sign-in as Auth0's widget of before version 11 does it on the client's page: the password is answered with a form, which
 * the widget sends on as the browser's own request. From there on it is an authorization like any other.
 */
import { z } from 'zod'
import type { AppContext, MachineEndpoint } from '~/context'
import { TICKET_COOKIE_LIFETIME, ticketCookieName } from '~/domain/sessions/login-ticket'
import { setCookie } from '~/platform/cookies'
import { DomainError } from '~/platform/errors'
import { escapeHtml } from '~/platform/html'
import type { HttpAnswer, HttpRequest } from '~/platform/http'
import { readJson } from '~/platform/json'
import { json, machineEndpoint, type Parameters, readBody, requireParameter } from '../endpoint'
import { OAuthError } from '../errors'
import { refuseForeignPage, requireEmbeddedClient, ticketFor } from './embedded-password'

/** What the widget sends along that is no parameter of an authorization request. */
const OF_THE_FORM = ['username', 'password', 'email', 'tenant', 'sso', '_csrf', '_intstate', 'popup', 'popup_options']

/** Joins the ticket and what binds a browser to it; neither has it. */
const JOINT = '.'

async function login(ctx: AppContext, params: Parameters, request: HttpRequest): Promise<HttpAnswer> {
  const client = await requireEmbeddedClient(ctx, requireParameter(params, 'client_id'))
  const refused = refuseForeignPage(client, request)
  if (refused) return refused
  try {
    const { ticket, verifier } = await ticketFor(ctx, client, params, requireParameter(params, 'connection'))
    const asked = Object.fromEntries([...params].filter(([name]) => !OF_THE_FORM.includes(name)))
    const fields = { wa: 'wsignin1.0', wresult: `${ticket}${JOINT}${verifier}`, wctx: JSON.stringify(asked) }
    return form(`${ctx.config.issuer}login/callback`, fields)
  } catch (error) {
    return refusal(error)
  }
}

/** The widget takes the first element and sends it; no script of ours runs on the client's page. */
const form = (action: string, fields: Record<string, string>): HttpAnswer => ({
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  body: `<form method="post" action="${escapeHtml(action)}">${Object.entries(fields)
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`)
    .join('')}</form>`,
})

/** What the widget has texts for, by `code`. */
const CODES: Partial<Record<DomainError['code'], [status: number, code: string, description: string]>> = {
  wrong_credentials: [401, 'invalid_user_password', 'Wrong email or password.'],
  user_blocked: [401, 'unauthorized', 'user is blocked'],
  password_breached: [401, 'password_leaked', 'This password has been found elsewhere: choose another one.'],
}

function refusal(error: unknown): HttpAnswer {
  const known = error instanceof DomainError ? CODES[error.code] : undefined
  if (!known) throw error
  const [statusCode, code, description] = known
  return json(statusCode, { statusCode, name: 'ValidationError', code, description })
}

/**
 * The form of that answer, sent by the page of the client: the browser names the page's origin, so that nobody else's page
 * can sign anybody in with a form of its own. The ticket is then good in this browser.
 */
async function callback(ctx: AppContext, request: HttpRequest): Promise<HttpAnswer> {
  const params = readBody(request)
  const query = new URLSearchParams(readContext(requireParameter(params, 'wctx')))
  const client = await requireEmbeddedClient(ctx, query.get('client_id') ?? '')
  const refused = refuseForeignPage(client, request)
  if (refused) return refused
  const [ticket = '', verifier = ''] = requireParameter(params, 'wresult').split(JOINT)
  query.set('login_ticket', ticket)
  const cookie = setCookie(ctx.config, ticketCookieName(ticket), verifier, TICKET_COOKIE_LIFETIME)
  const headers = { location: `/authorize?${query}`, 'set-cookie': cookie, 'cache-control': 'no-store' }
  return { status: 303, headers }
}

function readContext(text: string): Record<string, string> {
  const read = wctx.safeParse(text)
  if (read.success) return read.data
  throw new OAuthError('invalid_request', 'The wctx is not what this server gave. Begin again in the app.')
}

const wctx = z
  .string()
  .transform((text, ctx): unknown => {
    try {
      return readJson(text)
    } catch {
      ctx.addIssue('It is no JSON.')
    }
  })
  .pipe(z.record(z.string(), z.string()))

export const hostedFormEndpoints: MachineEndpoint[] = [
  machineEndpoint('/usernamepassword/login', login, { cors: 'registered-origins' }),
  machineEndpoint('/login/callback', (ctx, _params, request) => callback(ctx, request), { besidePage: true }),
]
