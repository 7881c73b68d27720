/** `npm run db:migrate`: brings the database of `DATABASE_URL` up to date. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { migratePostgres } from '~db/migrate'
import { openDatabase } from '~db/open-database'
import { readConfig } from './config'
import { explain } from './explain'

const migrationsFolder = join(import.meta.dirname, '../db/migrations')

async function migrate(): Promise<void> {
  // Nothing is decrypted here, so the keys of the installation are not needed: any will do.
  const anyKey = randomBytes(32).toString('base64url')
  const { databaseUrl } = readConfig({ DATABASE_URL: process.env.DATABASE_URL, ENCRYPTION_KEYS: anyKey })
  if (databaseUrl.startsWith('file:')) await openDatabase(databaseUrl, migrationsFolder).close()
  else await migratePostgres(databaseUrl, migrationsFolder)
  console.log('The database is up to date.')
}

migrate().catch((error) => {
  console.error(explain(error))
  process.exit(1)
})
