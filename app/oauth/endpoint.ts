import type { AppContext } from '~/context'
import type { HttpAnswer, HttpRequest } from '~/platform/http'

export type OAuthEndpoint = {
  method: 'GET' | 'POST' | 'OPTIONS'
  path: string
  /** Answers a browser that a person sits at, so that the browser is to be remembered. */
  interactive: boolean
  run(ctx: AppContext, request: HttpRequest): Promise<HttpAnswer>
}
