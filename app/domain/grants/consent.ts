import type { AppContext } from '~/context'
import { newSince } from '~/domain/clients/presentation'
import { isClaimableCallback, isLoopbackCallback } from '~/domain/clients/redirect-uri'
import { policyFor } from '~/domain/policy/client-policy'
import type { Client } from '~db/queries/clients'
import { findGrant, type Grant } from '~db/queries/grants'
import type { Target } from './scopes'
import { standingScopeOf } from './standing-access'

type Question = {
  client: Client
  userId: string
  target: Target
  scope: string[]
  /** Where the answer goes; left out where it goes to the client itself. */
  redirectUri?: string
  prompt?: string[]
  /** The person has signed in for this very request. */
  isAttended?: boolean
}

/**
 * The consent that stands for a request: `required` where the person has to be asked, else the grant it rests on, which
 * is `undefined` where none is needed.
 *
 * A third-party client is asked for whatever any parameter, setting or row says; what was granted before counts only if
 * it covers every scope, the client looks as it did then, and only at a callback that nobody else can claim. At one
 * that another program on the device can claim, no client gets an answer without a person (RFC 8252 §8.6).
 */
export async function standingConsent(
  ctx: Pick<AppContext, 'db'>,
  { client, userId, target, scope, redirectUri, prompt = [], isAttended = false }: Question,
): Promise<{ required: true } | { required: false; grant: Grant | undefined }> {
  const policy = policyFor(client)
  if (prompt.includes('consent')) return { required: true }
  if (redirectUri !== undefined && isClaimableCallback(redirectUri)) {
    if (policy.atClaimableCallbacks === 'consent') return { required: true }
    // A web app at loopback is a developer's own; a native one is on the device of somebody else.
    if (client.appType === 'native' && !isAttended) return { required: true }
  }
  if (policy.consent === 'as-api-says' && !apiAsksForConsent(client, target, redirectUri))
    return { required: false, grant: undefined }
  const grant = await findGrant(ctx.db, userId, client.clientId, target.audience)
  const standing = grant && !newSince(grant, client) ? standingScopeOf(grant, target) : undefined
  const covers = standing !== undefined && scope.every((value) => standing.includes(value))
  return covers ? { required: false, grant } : { required: true }
}

/** For first-party clients: the API says whether to ask; a client that runs on a developer's machine cannot be verified. */
function apiAsksForConsent(client: Client, { api }: Target, redirectUri: string | undefined): boolean {
  if (!api) return false
  if (!api.skipConsentForVerifiableFirstPartyClients) return true
  return redirectUri !== undefined && client.callbacks.some(isLoopbackCallback)
}
