import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient, asUser } from '~/domain/audit/who'
import { userinfoAudience } from '~/domain/resource-servers/userinfo'
import { beginFamily } from '~/domain/tokens/token-family'
import { newId } from '~/platform/ids'
import { also, type Step } from '~db/database'
import type { AppDetails } from '~db/queries/apps'
import { upsertGrant } from '~db/queries/grants'
import { listIdentities, type User } from '~db/queries/users'
import { TRIPS_API } from './apps'
import { as, type DaysAgo } from './people'

/** Consents of the people to the live apps, and a month of them using these apps. */
export async function seedActivity(
  ctx: AppContext,
  apps: AppDetails[],
  people: User[],
  daysAgo: DaysAgo,
): Promise<void> {
  const used = apps.filter(({ live, client }) => live && client.grantTypes.includes('authorization_code'))
  for (const [index, app] of used.entries()) {
    for (const [number, user] of people.entries()) {
      // Not everybody uses everything, and some came later than others.
      if ((number + index) % (index + 2) === 1) continue
      const since = ((number * 7 + index * 3) % 20) + 1
      daysAgo(since)
      const grant = consent(ctx, app, user)
      await ctx.db.atomically(grant.steps)
      for (let day = since - 1; day >= 0; day -= 1 + ((number + day) % 5)) {
        daysAgo(day)
        await ctx.db.atomically(await use(ctx, app, user, grant))
      }
    }
  }
  daysAgo(0)
}

type Given = { id: string; scope: string[]; steps: Step[] }

function consent(ctx: AppContext, { client, partner }: AppDetails, user: User): Given {
  const now = ctx.clock.now()
  const id = newId('grt', 24)
  const scope = ['openid', ...(client.scopeRequests ?? []).map((request) => request.scope)]
  const audience = scope.some((value) => value.includes(':')) ? TRIPS_API : userinfoAudience(ctx.config.issuer)
  const grant = {
    id,
    userId: user.userId,
    clientId: client.clientId,
    audience,
    scope,
    createdAt: now,
    updatedAt: now,
    lastUsedAt: now,
  }
  const subjects = {
    clientId: client.clientId,
    userId: user.userId,
    partnerId: partner.id,
    details: { audience, scope },
  }
  const event = auditEvent(as(ctx, user), 'consent.granted', asClient(client), subjects)
  return { id, scope, steps: [also(upsertGrant(grant)), also(event)] }
}

/** Where a person of the demo signs in. */
const connectionOf = async ({ db }: AppContext, { userId }: User): Promise<string | null> =>
  (await listIdentities(db, { userId }))[0]?.connectionId ?? null

async function use(ctx: AppContext, { client }: AppDetails, user: User, grant: Given): Promise<Step[]> {
  const actor = asClient(client)
  const { steps } = await beginFamily(
    ctx,
    {
      client,
      user,
      scope: grant.scope,
      audience: TRIPS_API,
      grantId: grant.id,
      sessionId: null,
      connectionId: await connectionOf(ctx, user),
      authTime: ctx.clock.now(),
      amr: ['pwd'],
    },
    () => new Error('the consent is missing'),
  )
  const target = asClient(client)
  const subjects = { clientId: client.clientId, userId: user.userId, details: { scope: grant.scope } }
  return [
    also(
      auditEvent(as(ctx, user), 'user.signed-in', asUser(user), {
        userId: user.userId,
        details: { area: 'account', amr: ['pwd'] },
      }),
    ),
    also(auditEvent(as(ctx, user), 'code.issued', target, subjects)),
    also(auditEvent({ ...ctx, actor }, 'code.exchanged', target, subjects)),
    ...steps,
  ]
}
