import type { AppContext } from '~/context'
import { isLiveSecret } from '~/domain/clients/client-secrets'
import { listTenantMembers } from '~db/queries/teams'

/**
 * Variables are read at the first start alone that name the first owner and the first program.
 * @returns a sentence for each that names somebody who is not there, as it does nothing any more
 */
export async function firstStartWarnings(ctx: Pick<AppContext, 'config' | 'db' | 'clock'>): Promise<string[]> {
  const { owner, managementClient } = ctx.config
  const warnings: string[] = []
  if (owner && !(await isOwner(ctx, owner.email)))
    warnings.push(
      'OWNER_EMAIL and OWNER_PASSWORD are read at the first start alone, and no owner has this address; make one by npm run portal -- owner create',
    )
  if (managementClient && !(await isLiveSecret(ctx, managementClient.clientId, managementClient.clientSecret)))
    warnings.push(
      'MANAGEMENT_CLIENT_ID and MANAGEMENT_CLIENT_SECRET are read at the first start alone, and no program has this id and secret; make one, or rotate its secret, by npm run portal -- program',
    )
  return warnings
}

async function isOwner({ db }: Pick<AppContext, 'db'>, email: string): Promise<boolean> {
  const members = await listTenantMembers(db, {})
  return members.some(
    ({ member, user }) => member.role === 'owner' && user.email?.toLowerCase() === email.toLowerCase(),
  )
}
