/** `npm run portal -- <command>`: what an operator does at the machine, without a browser. */
import { join } from 'node:path'
import { Command } from 'commander'
import { type Config, ConfigError, readConfig } from '~/config'
import type { AppContext } from '~/context'
import { resetUnreadable } from '~/domain/keys/reset-unreadable'
import { encryptAgain } from '~/domain/keys/stored-ciphertexts'
import { recipientMark } from '~/domain/mail/recipient-mark'
import { projectFolder } from '~/project-folder'
import { backgroundContext, createServices } from '~/services'
import { backupSqlite } from '~db/backup'
import { check } from './check'
import { copy } from './copy'
import { createOwner } from './create-owner'
import { exportLog } from './export-log'
import { requireNewFile } from './new-file'
import { createProgram, rotateProgram } from './programs'
import { pruneLog } from './prune-log'
import { restore } from './restore'
import { rotateKeys } from './rotate-keys'

const migrationsFolder = join(projectFolder, 'db/migrations')

/** Runs a command with the services of the configured tenant, and closes them. */
async function withTenant(
  run: (ctx: AppContext) => Promise<void>,
  config = readConfig(process.env, { mustExist: true }),
): Promise<void> {
  const services = createServices(config, migrationsFolder)
  try {
    await run(backgroundContext(services, { type: 'operator' }))
  } finally {
    await services.db.close()
  }
}

function sqlitePath({ databasePath }: Config): string {
  if (!databasePath) throw new ConfigError('DATABASE_URL is PostgreSQL; use pg_dump and pg_restore for its backups')
  return databasePath
}

const program = new Command('portal').description(
  'Operates the developer portal. It reads the same environment as the server.',
)

program
  .command('owner')
  .description('tenant owners')
  .command('create')
  .description('makes a tenant owner; without a password one is made up and printed once')
  .requiredOption('--email <address>', 'e-mail address to sign in with')
  .option('--name <name>', 'name that others see')
  .option('--password <password>', 'at least 8 characters')
  // It may come before the first start.
  .action((options) => withTenant((ctx) => createOwner(ctx, options), readConfig(process.env)))

program
  .command('keys')
  .description('signing keys')
  .command('rotate')
  .description('makes the published next key sign, and publishes another one')
  .option('--alg <algorithm>', 'RS256, PS256, ES256 or EdDSA', 'RS256')
  .action((options) => withTenant((ctx) => rotateKeys(ctx, options)))

const programs = program.command('program').description("the tenant's own programs, which call the Management API")

programs
  .command('create')
  .description('makes a program; its secret is printed once')
  .requiredOption('--name <name>', 'name that owners see')
  .option('--scope <scope...>', 'what it may, such as read:clients; everything, if left out')
  .action((options) => withTenant((ctx) => createProgram(ctx, options)))

programs
  .command('rotate <client_id>')
  .description('gives a program a new secret, which is printed once')
  .option('--overlap <hours>', 'for so long the secret before works too', '24')
  .action((clientId, options) => withTenant((ctx) => rotateProgram(ctx, clientId, options)))

const encryption = program.command('encryption').description('what is stored encrypted')

encryption
  .command('rotate')
  .description(
    'encrypts whatever is stored under another key with the first key of ENCRYPTION_KEYS, while the server runs',
  )
  .action(() =>
    withTenant(async (ctx) => {
      console.log(`Encrypted ${await encryptAgain(ctx)} stored texts with the first key; only that one is needed now.`)
    }),
  )

encryption
  .command('reset')
  .description('after a key was lost: removes what it had encrypted, and makes new signing keys; stop the server first')
  .requiredOption('--lost', 'says that the key will not be found again')
  .action(() =>
    withTenant(async (ctx) => {
      const removed = await resetUnreadable(ctx)
      for (const { rows, advice } of removed) console.log(`${String(rows).padStart(6)}  ${advice}`)
      console.log(removed.length > 0 ? 'Now start the server.' : 'Everything can be read: nothing was removed.')
    }),
  )

program
  .command('mail')
  .description('mails on their way')
  .command('recipient <address>')
  .description('prints how the lines of the log about mails name an address')
  .action((address) => withTenant(async ({ encryption }) => console.log(recipientMark(encryption, address))))

const log = program.command('log').description('the audit log')

log
  .command('export <file>')
  .description('writes the events to a file that it makes, the oldest first, while the server runs')
  .option('--from <day>', 'such as 2026-01-31; from the first event on, if left out')
  .option('--to <day>', 'which is among them; up to now, if left out')
  .option('--format <format>', 'ndjson or csv', 'ndjson')
  .action((file, options) => withTenant((ctx) => exportLog(ctx, file, options)))

log
  .command('prune')
  .description('deletes the events before a day, for ever; export them first if you have to keep them')
  .requiredOption('--before <day>', 'such as 2026-01-31; the last 31 days are kept')
  .action((options) => withTenant((ctx) => pruneLog(ctx, options)))

program
  .command('backup <file>')
  .description('copies the embedded database while the server runs')
  .action(async (file) => {
    const path = sqlitePath(readConfig(process.env, { mustExist: true }))
    requireNewFile(file)
    await backupSqlite(path, file)
    console.log(
      `Copied to ${file}. A restore needs the encryption key too (ENCRYPTION_KEYS, or the file encryption-key beside the database): keep it elsewhere.`,
    )
  })

program
  .command('restore <file>')
  .description('puts a backup in the place of the embedded database; stop the server first')
  .action((file) => {
    const config = readConfig(process.env, { mayMakeKey: false })
    return restore(config, { source: file, path: sqlitePath(config), migrationsFolder })
  })

program
  .command('copy')
  .description('puts everything into another database, SQLite or PostgreSQL; stop the server first')
  .requiredOption('--to <url>', 'an empty database: file:PATH, or postgres://… after npm run db:migrate')
  .action(({ to }) => copy(readConfig(process.env, { mustExist: true }), { to, migrationsFolder }))

program
  .command('check')
  .description('looks whether the configuration, the database and the keys can be used')
  .action(() => withTenant(check))

export async function operate(words: string[]): Promise<void> {
  await program.parseAsync(words, { from: 'user' })
}
