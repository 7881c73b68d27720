import type { AppContext } from '~/context'
import { escapeHtml } from '~/platform/html'
import type { HttpAnswer } from '~/platform/http'
import { logRefusal } from '~/platform/log'
import { plainPage } from '~/platform/plain-page'
import { findTenantSettings } from '~db/queries/tenant'

/**
 * A refusal that cannot or should not go back to the client: where it would go is not proven to be the client's, or the
 * person at the browser has to read it. `error` is the protocol's code, for the developer.
 */
export class AuthorizationRefused extends Error {
  constructor(
    readonly status: number,
    readonly error: string,
    readonly title: string,
    readonly advice: string,
    /** Where the app's makers can look up what was compared. */
    readonly errorUri?: string,
    /** The client, where it is known. */
    readonly clientId?: string,
  ) {
    super(`${error}: ${title}`)
  }
}

/** The page for it; the tenant's own, where it has one, is told what went wrong in its query as Auth0's is. */
export async function errorPage(ctx: AppContext, refused: AuthorizationRefused, endpoint: string): Promise<HttpAnswer> {
  const [error = '', ...description] = refused.error.split(': ')
  logRefusal(ctx, { endpoint, clientId: refused.clientId, error, cause: description.join(': ') || refused.title })
  const { errorPageUrl } = await findTenantSettings(ctx.db)
  if (errorPageUrl === null) return ownPage(ctx, refused)
  const location = new URL(errorPageUrl)
  if (refused.clientId !== undefined) location.searchParams.set('client_id', refused.clientId)
  location.searchParams.set('lang', 'en')
  location.searchParams.set('error', error)
  location.searchParams.set('error_description', description.join(': ') || refused.title)
  location.searchParams.set('tracking', ctx.request.id)
  const headers = { location: location.href, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }
  return { status: 302, headers }
}

function ownPage(ctx: AppContext, { status, error, title, advice, errorUri }: AuthorizationRefused): HttpAnswer {
  const code = (text: string) => `<code>${escapeHtml(text)}</code>`
  const link = (uri: string) => `<a href="${escapeHtml(uri)}">${escapeHtml(uri)}</a>`
  return plainPage({
    status,
    title,
    advice,
    details: [
      ['For the app’s developer', code(error)],
      ...(errorUri ? [['What was compared, for its makers', link(errorUri)] as [string, string]] : []),
      ['Request id', code(ctx.request.id)],
    ],
  })
}
