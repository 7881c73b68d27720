import type { AppContext, MachineEndpoint } from '~/context'
import type { HttpAnswer } from '~/platform/http'
import { formAsGet } from '../form-as-get'
import { AuthorizationRefused, errorPage } from './error-page'
import { resumeAuthorization } from './resume-authorization'
import { type GivenAuthorization, startAuthorization } from './start-authorization'

/** Every parameter stands once (RFC 6749 §3.1). */
function readAuthorization(queryString: string): GivenAuthorization {
  const params = new Map<string, string>()
  const repeatedNames: string[] = []
  for (const [name, value] of new URLSearchParams(queryString)) {
    if (value === '') continue
    if (params.has(name)) repeatedNames.push(name)
    else params.set(name, value)
  }
  return { params, repeatedNames }
}

async function withErrorPage(ctx: AppContext, answer: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
  try {
    return await answer()
  } catch (error) {
    if (!(error instanceof AuthorizationRefused)) throw error
    return errorPage(ctx, error, '/authorize')
  }
}

export const authorizationEndpoints: MachineEndpoint[] = [
  {
    method: 'GET',
    path: '/authorize',
    interactive: true,
    run: (ctx, { queryString }) => withErrorPage(ctx, () => startAuthorization(ctx, readAuthorization(queryString))),
  },
  formAsGet('/authorize'),
  {
    method: 'GET',
    path: '/authorize/resume',
    interactive: true,
    run: (ctx, { queryString }) =>
      withErrorPage(ctx, () => resumeAuthorization(ctx, new URLSearchParams(queryString).get('request') ?? undefined)),
  },
]
