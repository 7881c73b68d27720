import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type BetterSqlite from 'better-sqlite3'
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import { migrate as runSqliteMigrations } from 'drizzle-orm/better-sqlite3/migrator'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate as runPostgresMigrations } from 'drizzle-orm/node-postgres/migrator'
import type { SchemaState } from './database'
import { OperatorError } from './database'
import { withConnection } from './one-connection'
import { DatabaseUnavailable } from './outage'

/** A later version of the program has migrated the database: what this one would write there cannot be foreseen. */
export class NewerDatabase extends OperatorError {
  constructor() {
    super(
      'The database is newer than this program: start the version that it was last used with, or restore a backup from before the update.',
    )
  }
}

/** @throws NewerDatabase */
export function requireNotNewer(schema: SchemaState): void {
  if (schema === 'newer') throw new NewerDatabase()
}

/** Any number: it only has to be the same for all nodes of one installation. */
const MIGRATION_LOCK = 7_316_420_415

/**
 * Foreign keys are off while the schema changes: drizzle rebuilds a table by copying and dropping it, and with foreign
 * keys on the drop would cascade into the rows that refer to it. Switching them off has no effect inside a transaction.
 */
export function migrateSqlite(connection: BetterSqlite.Database, orm: BetterSQLite3Database, folder: string): void {
  connection.pragma('foreign_keys = OFF')
  runSqliteMigrations(orm, { migrationsFolder: folder })
  const broken = connection.pragma('foreign_key_check') as unknown[]
  if (broken.length > 0)
    throw new OperatorError(
      `The migration left ${broken.length} rows without the row they refer to; restore the backup.`,
    )
  connection.pragma('foreign_keys = ON')
}

/** Brings a PostgreSQL database up to date; nodes that try at the same time wait for each other. */
export async function migratePostgres(url: string, migrationsFolder: string): Promise<void> {
  const folder = join(migrationsFolder, 'postgres')
  await withConnection(url, async (client) => {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    requireNotNewer(await postgresSchema((text) => client.query(text), folder))
    await runPostgresMigrations(drizzle(client, { casing: 'snake_case' }), { migrationsFolder: folder })
  })
}

export function sqliteSchema(connection: BetterSqlite.Database, folder: string): SchemaState {
  const hasTable = connection.prepare("select 1 from sqlite_master where name = '__drizzle_migrations'").get()
  if (!hasTable) return 'older'
  const row = connection.prepare('select max(created_at) as at from __drizzle_migrations').get() as {
    at: number | null
  }
  return compareSchema(Number(row.at), folder)
}

/** Undefined table and undefined schema (PostgreSQL, appendix A): nobody has migrated this database. */
const NOT_MIGRATED = new Set(['42P01', '3F000'])

/** @throws DatabaseUnavailable where the server is read-only: a standby, or a primary that has become one */
export async function postgresSchema(
  ask: (text: string) => Promise<{ rows: { at: string | null; read_only: string }[] }>,
  folder: string,
): Promise<SchemaState> {
  try {
    const { rows } = await ask(
      `select max(created_at) as at, current_setting('transaction_read_only') as read_only from drizzle.__drizzle_migrations`,
    )
    if (rows[0]?.read_only === 'on') throw new DatabaseUnavailable('The database is read-only.')
    return compareSchema(Number(rows[0]?.at), folder)
  } catch (error) {
    if (NOT_MIGRATED.has(String((error as { code?: string }).code))) return 'older'
    throw error
  }
}

function compareSchema(at: number, folder: string): SchemaState {
  const newest = newestMigration(folder)
  return at === newest ? 'same' : at > newest ? 'newer' : 'older'
}

function newestMigration(folder: string): number {
  const journal = JSON.parse(readFileSync(join(folder, 'meta/_journal.json'), 'utf8')) as {
    entries: { when: number }[]
  }
  return Math.max(...journal.entries.map((entry) => entry.when))
}
