import type { AppContext } from '~/context'
import { checkSqlite } from '~db/backup'
import { findTenantSettings } from '~db/queries/tenant'

/** Prints a line for each thing that is right. @throws an error that says what is wrong and what to do */
export async function check(ctx: AppContext): Promise<void> {
  console.log(`configuration  ${ctx.config.issuer}, ${ctx.config.databaseUrl.split(':', 1)[0]}`)
  if ((await ctx.db.schema()) === 'older') throw new Error('The database is not migrated: npm run db:migrate')
  const problems = ctx.config.databasePath ? checkSqlite(ctx.config.databasePath) : []
  if (problems.length > 0) throw new Error(`The database is damaged, restore a backup: ${problems.join('; ')}`)
  console.log(`database       migrated, whole; tenant “${(await findTenantSettings(ctx.db)).friendlyName}”`)
  await ctx.keyring.signingKey('RS256')
  console.log(
    `keys           ${(await ctx.keyring.verificationKeys()).length} published, the private ones can be decrypted`,
  )
}
