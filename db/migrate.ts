import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type BetterSqlite from 'better-sqlite3'
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import { migrate as runSqliteMigrations } from 'drizzle-orm/better-sqlite3/migrator'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate as runPostgresMigrations } from 'drizzle-orm/node-postgres/migrator'
import { Client, type Pool } from 'pg'

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
    throw new Error(`the migration left ${broken.length} rows without the row they refer to; restore the backup`)
  connection.pragma('foreign_keys = ON')
}

/** Brings a PostgreSQL database up to date; nodes that try at the same time wait for each other. */
export async function migratePostgres(url: string, migrationsFolder: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    await runPostgresMigrations(drizzle(client, { casing: 'snake_case' }), {
      migrationsFolder: join(migrationsFolder, 'postgres'),
    })
  } finally {
    await client.end()
  }
}

export function isMigratedSqlite(connection: BetterSqlite.Database, folder: string): boolean {
  const row = connection.prepare('select max(created_at) as at from __drizzle_migrations').get() as {
    at: number | null
  }
  return Number(row.at) === newestMigration(folder)
}

export async function isMigratedPostgres(pool: Pool, folder: string): Promise<boolean> {
  try {
    const { rows } = await pool.query('select max(created_at) as at from drizzle.__drizzle_migrations')
    return Number(rows[0]?.at) === newestMigration(folder)
  } catch {
    return false
  }
}

function newestMigration(folder: string): number {
  const journal = JSON.parse(readFileSync(join(folder, 'meta/_journal.json'), 'utf8')) as {
    entries: { when: number }[]
  }
  return Math.max(...journal.entries.map((entry) => entry.when))
}
