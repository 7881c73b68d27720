import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient, asUser } from '~/domain/audit/who'
import { mayUseClient } from '~/domain/clients/availability'
import { standingConsent } from '~/domain/grants/consent'
import type { Target } from '~/domain/grants/scopes'
import { policyFor } from '~/domain/policy/client-policy'
import { DomainError } from '~/platform/errors'
import { also, type Step } from '~db/database'
import type { Client } from '~db/queries/clients'
import { countLogin, type User } from '~db/queries/users'
import { beginFamily } from './token-family'
import { createUserTokens, type IssuedTokens } from './user-tokens'

/** A person who has given a client their password, and what the client wants with it. */
export type PasswordAuthorization = { client: Client; user: User; target: Target; scope: string[] }

/**
 * What stands against tokens for a password: the app is not for this person yet, or they have not consented. There is
 * no page to ask them at, so a third-party client has to have asked before.
 * @returns the consent that the tokens rest on, if there has to be one; `consent: 'missing'` where it has and there is not
 * @throws DomainError `not_granted` for somebody who is none of the testers of an app that is not approved
 */
export async function standingPasswordConsent(
  ctx: AppContext,
  { client, user, target, scope }: PasswordAuthorization,
): Promise<{ consent: 'missing' } | { consent: 'stands'; grantId: string | null }> {
  if (!(await mayUseClient(ctx, client, user))) {
    throw new DomainError('not_granted', 'The app is not approved yet, and this user is none of its testers.')
  }
  // Nobody is there to be asked, and who typed the password into an app of the tenant's own has said enough.
  if (policyFor(client).consent !== 'always') return { consent: 'stands', grantId: null }
  const standing = await standingConsent(ctx, { client, userId: user.userId, target, scope })
  return standing.required ? { consent: 'missing' } : { consent: 'stands', grantId: standing.grant?.id ?? null }
}

/**
 * The tokens that a client gets for a person's password (RFC 6749 §4.3). They belong to no session.
 * @param amr RFC 8176 values
 * @param steps what has to hold besides, in the same transaction
 */
export async function issuePasswordTokens(
  ctx: AppContext,
  authorization: PasswordAuthorization,
  { grantId, amr, dpopJkt }: { grantId: string | null; amr: string[]; dpopJkt: string | undefined },
  steps: Step[] = [],
): Promise<IssuedTokens> {
  const { client, user, target, scope } = authorization
  const now = ctx.clock.now()
  const audience = target.api?.identifier ?? null
  const beginning = { client, user, scope, audience, grantId, sessionId: null, authTime: now, amr, dpopJkt }
  const { family, steps: begun } = await beginFamily(ctx, beginning, consentEnded)
  const made = await createUserTokens(
    ctx,
    { client, user, api: target.api, family, scope, gty: 'password', dpopJkt },
    'first',
  )
  const actor = asUser(user)
  const subjects = { clientId: client.clientId, userId: user.userId }
  await ctx.db.atomically([
    ...steps,
    ...begun,
    ...made.steps,
    also(countLogin({ userId: user.userId, at: now, ip: user.lastIp })),
    also(
      auditEvent({ ...ctx, actor }, 'token.issued', asClient(client), {
        ...subjects,
        details: { scope, audience: audience ?? undefined, grant_type: 'password' },
      }),
    ),
  ])
  return made.tokens
}

const consentEnded = () => new DomainError('not_granted', 'The user has taken the consent back; ask at /authorize.')
