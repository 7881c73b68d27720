/** What was named after an issuer that the program had before, for as long as the owner has it accepted. */
import type { AppContext } from '~/context'
import { DAY } from '~/platform/durations'
import { findTenantSettings } from '~db/queries/tenant'
import { managementApiIdentifier } from './management-api'
import { userinfoAudience } from './userinfo'

type Context = Pick<AppContext, 'db' | 'config' | 'clock'>

const OWN = [managementApiIdentifier, userinfoAudience]

/** The issuers whose tokens are taken: the present one, then former ones. */
export async function acceptedIssuers({ db, config, clock }: Context): Promise<[string, ...string[]]> {
  const { formerIssuers, formerIssuerDays } = await findTenantSettings(db)
  const since = clock.now() - formerIssuerDays * DAY
  const former = (formerIssuers ?? []).filter(({ changedAt }) => changedAt > since)
  return [config.issuer, ...former.map(({ issuer }) => issuer)]
}

/** What an audience is called today: that of the program's own under a former issuer is the present one. */
export async function presentAudience(ctx: Context, audience: string): Promise<string> {
  // Most audiences are APIs of the tenant, and cost no look at its settings.
  if (!OWN.some((of) => audience.endsWith(of('/')))) return audience
  const [issuer, ...former] = await acceptedIssuers(ctx)
  const own = OWN.find((of) => former.some((one) => of(one) === audience))
  return own ? own(issuer) : audience
}
