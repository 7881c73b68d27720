import type { AppContext } from '~/context'
import { invitedAddress } from '~/domain/clients/availability'
import { newSince } from '~/domain/clients/presentation'
import { connectionsForClient } from '~/domain/connections/connections-for-client'
import { isReviewed } from '~/domain/policy/client-policy'
import { DomainError } from '~/platform/errors'
import { isOfVisitor } from '~/platform/visitors'
import { findPartnerOfClient } from '~db/queries/apps'
import { type Client, findClient } from '~db/queries/clients'
import type { Connection } from '~db/queries/connections'
import {
  type AuthorizationRequestRow,
  answerAuthorizationRequest,
  findAuthorizationRequest,
  findDeviceCode,
  findGrant,
  type StoredAuthorizationRequest,
  updateAuthorizationRequest,
} from '~db/queries/grants'
import type { Partner } from '~db/queries/partners'
import type { Session } from '~db/queries/sessions'
import { findTenantSettings } from '~db/queries/tenant'
import type { User } from '~db/queries/users'
import { findTarget, OPENID_SCOPES, scopesWithinRegistration } from './scopes'

/** An authorization request that waits for the person at this browser. */
export type PendingAuthorization = {
  request: AuthorizationRequestRow
  client: Client
  /** Who made the client, if it was made in the portal. */
  partner: Partner | undefined
  /** The name of the API that is asked for. */
  audienceName: string | undefined
  /** Where the person may sign in for this client. */
  connections: Connection[]
}

/** The request of this id, if it still waits and was started in this browser. */
export async function findPendingAuthorization(
  ctx: AppContext,
  requestId: string,
): Promise<PendingAuthorization | undefined> {
  const request = await findAuthorizationRequest(ctx.db, requestId, ctx.clock.now())
  if (!request || !isOfVisitor(ctx.request, request.visitorHash)) return undefined
  const client = await findClient(ctx.db, request.clientId)
  if (!client || client.suspendedAt !== null) return undefined
  const usable = await connectionsForClient(ctx, client)
  const { connection, audience } = request.params
  return {
    request,
    client,
    partner: await findPartnerOfClient(ctx.db, client.clientId),
    audienceName: (await findTarget(ctx, audience))?.api?.name,
    connections: connection ? usable.filter(({ name }) => name === connection) : usable,
  }
}

export type ScopeQuestion = {
  value: string
  description: string
  /** What the app's maker gives as the reason; an owner has approved it. */
  reason?: string
  /** The app does not work without it: it can be had with the others or not at all. */
  required: boolean
  sensitivity?: 'basic' | 'sensitive' | 'restricted'
  /** The person has allowed it before. */
  granted: boolean
}

/** What the consent page asks. */
export async function consentQuestion(ctx: AppContext, { request, client }: PendingAuthorization, user: User) {
  const { params } = request
  const target = await findTarget(ctx, params.audience)
  if (!target)
    throw new DomainError('not_found', 'The API that the app asks for is no longer there. Go back to the app.')
  const grant = await findGrant(ctx.db, user.userId, client.clientId, target.audience)
  const { flags } = await findTenantSettings(ctx.db)
  const scopes: ScopeQuestion[] = scopesWithinRegistration(client, target, params.scope).map((value) => {
    const ofApi = target.apiScopes.find((scope) => scope.value === value)
    const asked = client.scopeRequests?.find(
      (item) => item.scope === value && (OPENID_SCOPES.has(value) || item.audience === target.audience),
    )
    return {
      value,
      description:
        (flags.use_scope_descriptions_for_consent && ofApi?.description) || OPENID_SCOPES.get(value) || value,
      reason: asked?.reason,
      required: value === 'openid' || (asked?.required ?? false),
      sensitivity: ofApi?.sensitivity,
      granted: grant?.scope.includes(value) ?? false,
    }
  })
  return {
    scopes,
    destination: await destinationOf(ctx, params),
    review: reviewOf(client),
    changed: grant && newSince(grant, client),
    isInvited: (await invitedAddress(ctx, client, user)) !== undefined,
  }
}

/** Whether an owner of the tenant has looked at a client that they did not make themselves. */
function reviewOf(client: Client): 'testers-only' | 'none' | 'reviewed' {
  if (client.availability === 'testers') return 'testers-only'
  return isReviewed(client) ? 'reviewed' : 'none'
}

/** Where the answer goes: to a callback, or to a device that has shown the person a code. */
export type Destination =
  | { redirectUri: string }
  | { userCode: string; askedAt: number; askedFrom: string | null; userAgent: string | null }

async function destinationOf(ctx: AppContext, params: StoredAuthorizationRequest): Promise<Destination> {
  if (params.device_code === undefined) return { redirectUri: params.redirect_uri }
  const device = await findDeviceCode(ctx.db, params.device_code)
  if (!device) throw new DomainError('expired', 'The code of this device has ended. Begin again at the device.')
  const { createdAt, ip, userAgent } = device
  return { userCode: params.user_code, askedAt: createdAt, askedFrom: ip, userAgent }
}

/** Ties the session that has just signed in to the request: `prompt=login` and `max_age` are then satisfied. */
export async function noteSignIn(ctx: AppContext, { request }: PendingAuthorization, session: Session): Promise<void> {
  await ctx.db.run(updateAuthorizationRequest(request.id, { sessionId: session.id }))
}

/**
 * Ends the request as if it had been refused, without a word on what the app may have.
 * @param user who says so; left out for somebody who is signed in no more
 */
export async function cancelAuthorization(ctx: AppContext, { request }: PendingAuthorization, user?: User) {
  await ctx.db.run(answerAuthorizationRequest(request.id, user?.userId, { deniedAt: ctx.clock.now() }))
}

/** Whether the person has answered: the first answer counts, whatever comes later from a page that is still open. */
export const isAnswered = ({ request }: PendingAuthorization, { userId }: User): boolean =>
  request.deniedAt !== null || request.consentedBy === userId
