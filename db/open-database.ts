import type { Database } from './database'
import { openPostgres } from './open-postgres'
import { openSqlite } from './open-sqlite'

type Options = {
  /** How many connections to PostgreSQL are open at most. */
  connections: number
}

/** @param url `file:PATH` for SQLite, `postgres://…` for PostgreSQL */
export function openDatabase(url: string, migrationsFolder: string, { connections }: Options): Database {
  return url.startsWith('file:')
    ? openSqlite(url.slice('file:'.length), migrationsFolder)
    : openPostgres(url, migrationsFolder, connections)
}
