import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { managementApiIdentifier } from '~/domain/resource-servers/management-api'
import { userinfoAudience } from '~/domain/resource-servers/userinfo'
import { also, must, OperatorError } from '~db/database'
import { moveAudience } from '~db/queries/former-addresses'
import { findResourceServer, findSystemApi } from '~db/queries/resource-servers'
import { findTenantSettings, rememberIssuer } from '~db/queries/tenant'

/** Why a start cannot take over what stands under the former issuer; the message says what to do. */
export class IssuerTaken extends OperatorError {}

/** Another node was first. */
class FollowedElsewhere extends Error {}

/**
 * What the program owns is named after the issuer: the Management API, `/userinfo`, and whatever was given for them.
 * Where the configuration has another issuer than the last start, all of it follows, in one transaction. The former
 * one is remembered, as its audiences stay accepted for a while (`former-issuers.ts`).
 * @throws IssuerTaken where the tenant has made an API of the name that the Management API gets
 */
export async function followIssuer(ctx: AppContext): Promise<void> {
  const { issuer } = ctx.config
  const { issuer: remembered, formerIssuers } = await findTenantSettings(ctx.db)
  if (remembered === issuer) return
  const former = remembered ?? (await issuerOfSystemApi(ctx))
  const now = ctx.clock.now()
  const others = (formerIssuers ?? []).filter((one) => one.issuer !== issuer && one.issuer !== former)
  const remember = (all: typeof others) =>
    must(rememberIssuer(remembered, { issuer, formerIssuers: all }), () => new FollowedElsewhere())
  if (former === issuer) return once(ctx.db.atomically([remember(formerIssuers ?? [])]))
  await requireFree(ctx)
  const moves = [managementApiIdentifier, userinfoAudience].map((of) => ({ from: of(former), to: of(issuer) }))
  await once(
    ctx.db.atomically([
      remember([...others, { issuer: former, changedAt: now }]),
      ...moves.flatMap(moveAudience).map(also),
      also(
        auditEvent(
          ctx,
          'tenant.issuer-changed',
          { type: 'tenant', id: 'tenant' },
          { details: { from: former, to: issuer } },
        ),
      ),
    ]),
  )
}

const once = (following: Promise<void>) =>
  following.catch((error) => {
    if (!(error instanceof FollowedElsewhere)) throw error
  })

/** Databases of before know their issuer by the Management API alone. */
async function issuerOfSystemApi(ctx: AppContext): Promise<string> {
  const { identifier } = await findSystemApi(ctx.db)
  return identifier.slice(0, -managementApiIdentifier('').length)
}

async function requireFree(ctx: AppContext): Promise<void> {
  const identifier = managementApiIdentifier(ctx.config.issuer)
  if (!(await findResourceServer(ctx.db, identifier))) return
  throw new IssuerTaken(
    `ISSUER: there is an API ${identifier}, which the Management API is to be called. Start with the former ISSUER, delete that API, then start again.`,
  )
}
