import type { AppContext } from '~/context'
import { actingAs, auditEvent } from '~/domain/audit/audit-event'
import { asClient, asUser } from '~/domain/audit/who'
import { isOpenTo } from '~/domain/clients/availability'
import { findUseOfConnection } from '~/domain/connections/connections-for-client'
import { notGranted } from '~/domain/grants/client-access'
import { standingConsent } from '~/domain/grants/consent'
import { scopesWithinRegistration, type Target } from '~/domain/grants/scopes'
import { standingAccess } from '~/domain/grants/standing-access'
import { policyFor } from '~/domain/policy/client-policy'
import { also, type Step } from '~db/database'
import type { Client } from '~db/queries/clients'
import { countLogin, type User } from '~db/queries/users'
import { type DpopProof, takenSteps } from './dpop'
import { beginFamily } from './token-family'
import { createUserTokens, type IssuedTokens } from './user-tokens'

/** A person who has given a client their password, where, when, and what the client wants with it. */
export type PasswordAuthorization = {
  client: Client
  user: User
  connectionId: string
  target: Target
  scope: string[]
  /** Milliseconds. */
  givenAt: number
}

/**
 * What stands against tokens for a password: the app is not for this person, they have not consented, or anything else
 * that the rule of `standing-access.ts` asks. There is no page to ask a person at, so a third-party client has to have
 * asked before. Asked after the password and again after a second factor.
 * @returns what stands, and the consent that it rests on, if there has to be one; `consent: 'missing'` where it has and there is not
 * @throws DomainError `not_granted`
 */
export async function standingPasswordAccess(
  ctx: AppContext,
  { client, user, connectionId, target, scope: asked, givenAt }: PasswordAuthorization,
): Promise<{ consent: 'missing' } | { consent: 'stands'; grantId: string | null; scope: string[] }> {
  if (!(await isOpenTo(ctx, client, user)))
    throw notGranted('The app is not approved yet, and this user is none of its testers.')
  const scope = scopesWithinRegistration(client, target, asked)
  // Nobody is there to be asked, and who typed the password into an app of the tenant's own has said enough.
  const consent =
    policyFor(client).consent === 'always'
      ? await standingConsent(ctx, { client, userId: user.userId, target, scope })
      : { required: false as const, grant: undefined }
  if (consent.required) return { consent: 'missing' }
  const { grant } = consent
  const standing = await standingAccess(ctx, {
    client,
    user,
    connection: await findUseOfConnection(ctx, client, connectionId),
    audience: target.api?.identifier ?? null,
    scope,
    grant,
    grantId: grant?.id ?? null,
    givenAt,
  })
  if ('ended' in standing) throw notGranted(standing.ended)
  return { consent: 'stands', grantId: grant?.id ?? null, scope: standing.scope }
}

/**
 * The tokens that a client gets for a person's password (RFC 6749 §4.3). They belong to no session.
 * @param amr RFC 8176 values
 * @param steps what has to hold besides, in the same transaction
 */
export async function issuePasswordTokens(
  ctx: AppContext,
  authorization: PasswordAuthorization,
  { grantId, amr, proof }: { grantId: string | null; amr: string[]; proof: DpopProof | undefined },
  steps: Step[] = [],
): Promise<IssuedTokens> {
  const { client, user, connectionId, target, scope } = authorization
  const now = ctx.clock.now()
  const audience = target.api?.identifier ?? null
  const beginning = {
    client,
    user,
    scope,
    audience,
    grantId,
    sessionId: null,
    connectionId,
    authTime: now,
    amr,
    proof,
  }
  const { family, steps: begun } = await beginFamily(ctx, beginning, consentEnded)
  const made = await createUserTokens(
    ctx,
    { client, user, api: target.api, family, scope, gty: 'password', dpopJkt: proof?.jkt },
    'first',
  )
  const actor = asUser(user)
  const subjects = { clientId: client.clientId, userId: user.userId }
  await ctx.db.atomically([
    ...takenSteps(proof),
    ...steps,
    ...begun,
    ...made.steps,
    also(countLogin({ userId: user.userId, at: now, ip: user.lastIp })),
    also(
      auditEvent(actingAs(ctx, actor), 'token.issued', asClient(client), {
        ...subjects,
        details: { scope, audience: audience ?? undefined, grant_type: 'password' },
      }),
    ),
  ])
  return made.tokens
}

const consentEnded = () => notGranted('The user has taken the consent back; ask at /authorize.')
