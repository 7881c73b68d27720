import type { Database } from './database'
import { openPostgres } from './open-postgres'
import { openSqlite } from './open-sqlite'

/** @param url `file:PATH` for SQLite, `postgres://…` for PostgreSQL */
export function openDatabase(url: string, migrationsFolder: string): Database {
  return url.startsWith('file:')
    ? openSqlite(url.slice('file:'.length), migrationsFolder)
    : openPostgres(url, migrationsFolder)
}
