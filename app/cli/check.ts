import { configWarnings } from '~/config-warnings'
import type { AppContext } from '~/context'
import { NotMigrated } from '~/explain'
import { checkSqlite } from '~db/backup'
import { OperatorError } from '~db/database'
import { requireNotNewer } from '~db/migrate'
import { findTenantSettings } from '~db/queries/tenant'

/** Prints a line for each thing that is right. @throws an error that says what is wrong and what to do */
export async function check(ctx: AppContext): Promise<void> {
  console.log(`configuration  ${ctx.config.issuer}, ${ctx.config.databaseUrl.split(':', 1)[0]}`)
  for (const warning of configWarnings(ctx.config)) console.log(`warning        ${warning}`)
  const schema = await ctx.db.schema()
  if (schema === 'older') throw new NotMigrated()
  requireNotNewer(schema)
  const problems = ctx.config.databasePath ? checkSqlite(ctx.config.databasePath) : []
  if (problems.length > 0) throw new OperatorError(`The database is damaged, restore a backup: ${problems.join('; ')}`)
  console.log(`database       migrated, whole; tenant “${(await findTenantSettings(ctx.db)).friendlyName}”`)
  await ctx.keyring.signingKey('RS256')
  console.log(
    `keys           ${(await ctx.keyring.verificationKeys()).length} published, the private ones can be decrypted`,
  )
}
