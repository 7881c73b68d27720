/** `npm run db:migrate`: brings the database of `DATABASE_URL` up to date. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { migratePostgres } from '~db/migrate'
import { openSqlite } from '~db/open-sqlite'
import { readConfig } from './config'
import { projectFolder } from './project-folder'

const migrationsFolder = join(projectFolder, 'db/migrations')

export async function migrate(): Promise<void> {
  // Nothing is decrypted here, so the keys of the installation are not needed: any will do.
  const anyKey = randomBytes(32).toString('base64url')
  const given = { DATABASE_URL: process.env.DATABASE_URL, ENCRYPTION_KEYS: anyKey }
  const { databaseUrl, databasePath } = readConfig(given)
  if (databasePath) await openSqlite(databasePath, migrationsFolder).close()
  else await migratePostgres(databaseUrl, migrationsFolder)
  console.log('The database is up to date.')
}
