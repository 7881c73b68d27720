import type { AppContext } from '~/context'
import { mayLeadAway } from '~/domain/clients/availability'
import { policyFor } from '~/domain/policy/client-policy'
import { findSession, findSilentSession } from '~/domain/sessions/sessions'
import { contentSecurityPolicy } from '~/platform/content-security-policy'
import { DomainError } from '~/platform/errors'
import { escapeHtml } from '~/platform/html'
import type { HttpAnswer } from '~/platform/http'
import type { Client } from '~db/queries/clients'
import type { RedirectedRequest } from '~db/queries/grants'
import { logOAuthRefusal, type Parameters } from '../endpoint'
import { fromDomainError, OAuthError } from '../errors'
import { errorUriOf } from '../explain'
import type { ResponseMode } from './authorization-request'
import { AuthorizationRefused } from './error-page'

/** Where an answer goes: a `redirect_uri` that has been proven to be the client's. */
export type Destination = { redirectUri: string; responseMode: ResponseMode; state: string | undefined }

/** Where the answer to a validated request goes. */
export const destinationOf = (params: RedirectedRequest): Destination => ({
  redirectUri: params.redirect_uri,
  responseMode: params.response_mode,
  state: params.state,
})

/**
 * The boundary behind which refusals go back to the client, with `state` and `iss`. Whatever stands before it is
 * answered with a page of ours.
 * @param isAnswered whether a person has been at a page of ours about the request
 */
export async function answerAtRedirectUri(
  ctx: AppContext,
  client: Client,
  { destination, sent, isAnswered = false }: { destination: Destination; sent: Parameters; isAnswered?: boolean },
  answer: () => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  try {
    return await answer()
  } catch (thrown) {
    const error = thrown instanceof DomainError ? fromDomainError(thrown) : thrown
    if (!(error instanceof OAuthError)) throw error
    if (!(await mayRedirectRefusal(ctx, client, { isAnswered, isSilent: sent.get('prompt') === 'none' }))) {
      throw new AuthorizationRefused(
        error.status,
        `${error.error}: ${error.description}`,
        `${client.name} could not be opened`,
        'Go back to the app and tell its makers what stands below.',
      )
    }
    logOAuthRefusal(ctx, error, { endpoint: '/authorize', client })
    const errorUri = await errorUriOf(ctx, client, error, { endpoint: '/authorize', sent })
    return authorizationResponse(ctx, destination, {
      error: error.error,
      error_description: error.description,
      ...(errorUri ? { error_uri: errorUri } : {}),
    })
  }
}

/** Whether refusals go to the callback, as the client's row has it. */
async function mayRedirectRefusal(
  ctx: AppContext,
  client: Client,
  { isAnswered, isSilent }: { isAnswered: boolean; isSilent: boolean },
): Promise<boolean> {
  const { errorRedirect } = policyFor(client)
  if (errorRedirect !== 'once-approved') return errorRedirect === 'always'
  if (isAnswered) return true
  const live = await (isSilent ? findSilentSession(ctx) : findSession(ctx, 'account'))
  return mayLeadAway(ctx, client, live?.user)
}

/** The authorization response, with `state` and the issuer (RFC 6749 §4.1.2, RFC 9207 §2). */
export function authorizationResponse(
  { config, nonce }: AppContext,
  { redirectUri, responseMode, state }: Destination,
  members: Record<string, string>,
): HttpAnswer {
  const all = { ...members, ...(state === undefined ? {} : { state }), iss: config.issuer }
  const headers = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }
  if (responseMode === 'form_post') return formPost(redirectUri, all, nonce, headers)
  if (responseMode === 'web_message') return webMessage(redirectUri, all, nonce, headers)
  return { status: 302, headers: { ...headers, location: withParameters(redirectUri, responseMode, all) } }
}

/** Appends to the URI as it was registered: parsing it would change private-use schemes and the order of a query. */
function withParameters(uri: string, mode: 'query' | 'fragment', members: Record<string, string>): string {
  const encoded = new URLSearchParams(members).toString()
  if (mode === 'fragment') return `${uri}#${encoded}`
  const separator = uri.includes('?') ? (/[?&]$/.test(uri) ? '' : '&') : '?'
  return `${uri}${separator}${encoded}`
}

/** Of a page that runs one script and nothing else. @param framedBy the only origin that may frame it */
const policyOf = (nonce: string, framedBy: string): string =>
  contentSecurityPolicy({
    'default-src': ["'none'"],
    'script-src': [`'nonce-${nonce}'`],
    'base-uri': ["'none'"],
    'frame-ancestors': [framedBy],
  })

/** OAuth 2.0 Form Post Response Mode. */
function formPost(
  action: string,
  members: Record<string, string>,
  nonce: string,
  headers: Record<string, string>,
): HttpAnswer {
  const inputs = Object.entries(members).map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  )
  return {
    status: 200,
    headers: {
      ...headers,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policyOf(nonce, "'none'"),
    },
    body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Going on to the app</title></head><body>
<form method="post" action="${escapeHtml(action)}">${inputs.join('')}<noscript><button>Go on to the app</button></noscript></form>
<script nonce="${nonce}">document.forms[0].submit()</script></body></html>`,
  }
}

/**
 * OAuth 2.0 Web Message Response Mode: the answer is handed to the page that opened this one or frames it, where its
 * origin is that of the callback. No other page can read it, and none other may frame this one.
 */
function webMessage(
  redirectUri: string,
  response: Record<string, string>,
  nonce: string,
  headers: Record<string, string>,
): HttpAnswer {
  const { origin } = new URL(redirectUri)
  // `<` would let a value end the script element.
  const script = (value: object | string) => JSON.stringify(value).replaceAll('<', '\\u003c')
  const message = { type: 'authorization_response', response }
  return {
    status: 200,
    headers: {
      ...headers,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policyOf(nonce, origin),
    },
    body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Going back to the app</title></head><body>
<script nonce="${nonce}">(window.opener ?? window.parent).postMessage(${script(message)}, ${script(origin)})</script></body></html>`,
  }
}
