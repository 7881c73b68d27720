/** Whether a program uses a database: for what may only be done with one that nobody changes meanwhile. */
import { existsSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { OperatorError } from './database'
import { withConnection } from './one-connection'

/**
 * @param url `file:PATH`, which need not be there, or `postgres://…`
 * @throws OperatorError when a program uses it
 */
export async function requireUnused(url: string): Promise<void> {
  if (!url.startsWith('file:')) return requireUnusedPostgres(url)
  const path = url.slice('file:'.length)
  if (existsSync(path)) requireUnusedSqlite(path)
}

/** Leaving WAL needs the database for oneself, and puts what is in the log into the file. */
export function requireUnusedSqlite(path: string): void {
  const connection = new Sqlite(path, { timeout: 0 })
  try {
    connection.pragma('journal_mode = DELETE')
  } catch (error) {
    if (!/^SQLITE_(BUSY|LOCKED)/.test((error as { code?: string }).code ?? '')) throw error
    throw new OperatorError(`The database ${path} is in use; stop the program first.`)
  } finally {
    connection.close()
  }
}

async function requireUnusedPostgres(url: string): Promise<void> {
  await withConnection(url, async (client) => {
    // The server's own processes have no user; whose connections they are is visible to every role.
    const { rows } = await client.query(
      `select 1 from pg_stat_activity
       where datname = current_database() and usesysid is not null and pid <> pg_backend_pid()`,
    )
    if (rows.length > 0)
      throw new OperatorError(
        `The PostgreSQL database has ${rows.length} other connections: stop the program on every node, and whatever else uses it, first.`,
      )
  })
}
