import { configWarnings, mailFolderUnusable } from '~/config-warnings'
import type { AppContext } from '~/context'
import { inspectCiphertexts, requireReadable } from '~/domain/keys/stored-ciphertexts'
import { firstStartWarnings } from '~/domain/tenant/first-start'
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
  for (const warning of await firstStartWarnings(ctx)) console.log(`warning        ${warning}`)
  await ctx.mailer.verify().catch((error) => {
    const { smtpUrl } = ctx.config
    throw new OperatorError(
      smtpUrl
        ? `SMTP_URL: the mail server cannot be used: ${error.message}`
        : `SMTP_URL: ${mailFolderUnusable(ctx.config)}.`,
    )
  })
  console.log(
    `mail           ${ctx.config.smtpUrl ? 'the mail server takes our sign-in' : `files in ${ctx.config.mailFolder}`}`,
  )
  await requireReadable(ctx)
  await ctx.keyring.signingKey('RS256')
  console.log(`keys           ${(await ctx.keyring.verificationKeys()).length} published`)
  for (const line of await describeEncryption(ctx)) console.log(line)
}

/** How much each encryption key is for, so that nobody takes one away that something still needs. */
async function describeEncryption(ctx: AppContext): Promise<string[]> {
  const found = await inspectCiphertexts(ctx)
  const sum = (rows: typeof found) => rows.reduce((total, { rows }) => total + rows, 0)
  const others = [...new Set(found.flatMap(({ keyId, isFirst }) => (isFirst ? [] : [keyId])))]
  return [
    `encryption     ${sum(found.filter(({ isFirst }) => isFirst))} stored texts under the first key, all can be read`,
    ...others.map(
      (id) =>
        `warning        ${sum(found.filter(({ keyId }) => keyId === id))} stored texts are under the key ${id}: npm run portal -- encryption rotate`,
    ),
  ]
}
