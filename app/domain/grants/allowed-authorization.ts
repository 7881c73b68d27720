import type { LiveSession } from '~/domain/sessions/sessions'
import type { Client } from '~db/queries/clients'
import type { AuthorizationRequestRow, Grant, RedirectedRequest, StoredAuthorizationRequest } from '~db/queries/grants'
import type { Target } from './scopes'

/** An authorization request that nothing stands against any more: what its answer is made of. */
export type AllowedAuthorization<Params extends StoredAuthorizationRequest = RedirectedRequest> = {
  client: Client
  target: Target
  params: Params
  /** The request that waited for a person; it is completed by the answer, once. */
  pending: AuthorizationRequestRow | undefined
  live: LiveSession
  /** What was allowed of the requested scope. */
  scope: string[]
  /** The consent that it rests on; `undefined` where none is needed. */
  grant: Grant | undefined
}
