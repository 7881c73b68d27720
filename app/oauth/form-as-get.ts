import type { AppContext, MachineEndpoint } from '~/context'
import { hasMore } from '~/platform/form-body'
import type { HttpAnswer, HttpRequest } from '~/platform/http'
import { AuthorizationRefused, errorPage } from './authorize/error-page'
import { FORM, MAX_PARAMETERS } from './endpoint'

/** What every proxy and browser takes of an address (RFC 9110 §4.1). */
const MAX_LENGTH = 8000

/**
 * The other method of an endpoint that browsers are sent to. A form of another site comes without the session cookie;
 * with the redirect of that form the cookie comes, so the same parameters are sent round once more as a GET.
 */
export const formAsGet = (path: string): MachineEndpoint => ({
  method: 'POST',
  path,
  interactive: false,
  async run(ctx, request) {
    const query = readParameters(request)
    if (typeof query !== 'string') return tooMuch(ctx, path, query)
    return { status: 303, headers: { location: `${path}?${query}`, 'cache-control': 'no-store' } }
  },
})

type Problem = { status: number; description: string }

/** The parameters in ASCII, as an address has them. */
function readParameters({ queryString, contentType, body }: HttpRequest): string | Problem {
  if (body.length > 0 && contentType !== FORM) return { status: 415, description: `Send the parameters as ${FORM}.` }
  const given = [queryString, body.toString('utf8')].filter(Boolean).join('&')
  const tooLong = { status: 413, description: `Send at most ${MAX_LENGTH} characters, or push the request first.` }
  if (given.length > MAX_LENGTH) return tooLong
  if (hasMore(given, '&', MAX_PARAMETERS))
    return { status: 400, description: `Send at most ${MAX_PARAMETERS} parameters.` }
  const query = new URLSearchParams(given).toString()
  return query.length > MAX_LENGTH ? tooLong : query
}

const tooMuch = (ctx: AppContext, path: string, { status, description }: Problem): Promise<HttpAnswer> =>
  errorPage(
    ctx,
    new AuthorizationRefused(
      status,
      `invalid_request: ${description}`,
      'The app sent you with a request that cannot be read',
      'Go back to the app and tell its makers what stands below.',
    ),
    path,
  )
