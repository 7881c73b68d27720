import { chmodSync, copyFileSync, existsSync, lstatSync, renameSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { OperatorError } from './database'

/** Copies a SQLite database while it is in use; the copy is whole. @throws when there is such a file already */
export async function backupSqlite(path: string, target: string): Promise<void> {
  if (lstatSync(target, { throwIfNoEntry: false }))
    throw new OperatorError(`${target} is there already; choose another name.`)
  const connection = new Sqlite(path, { fileMustExist: true })
  try {
    await connection.backup(target)
  } finally {
    connection.close()
  }
}

/**
 * Puts a backup in the place of the database, which is kept beside it under a name with the time.
 * @returns where the database of before is, if there was one
 * @throws when the backup is damaged or is none of this program, or the program runs: its writes would be lost
 */
export function restoreSqlite(source: string, path: string, at: Date): string | undefined {
  if (!existsSync(source))
    throw new OperatorError(`There is no file ${source}; name one that npm run portal -- backup has made.`)
  const problems = checkSqlite(source)
  if (problems.length > 0) throw new OperatorError(`The backup is damaged, take another one: ${problems.join('; ')}`)
  requireTenant(source)
  let kept: string | undefined
  if (existsSync(path)) {
    requireUnused(path)
    kept = `${path}.before-restore-${at.toISOString().replaceAll(':', '-')}`
    if (existsSync(kept)) throw new OperatorError(`${kept} is there already; try again in a second.`)
    renameSync(path, kept)
    chmodSync(kept, OWN)
  }
  copyFileSync(source, path)
  // A copy has the mode of what it is copied from, and what is stored is for the operator alone.
  chmodSync(path, OWN)
  return kept
}

const OWN = 0o600

/** An empty file and any other program's are whole databases too. */
function requireTenant(path: string): void {
  const connection = new Sqlite(path, { fileMustExist: true, readonly: true })
  try {
    connection.prepare('select id from tenant_settings').all()
    connection.prepare('select hash from __drizzle_migrations').all()
  } catch {
    throw new OperatorError(`${path} is no backup of this program: no tenant is in it`)
  } finally {
    connection.close()
  }
}

/** Leaving WAL needs the database for oneself, and puts what is in the log into the file. */
function requireUnused(path: string): void {
  const connection = new Sqlite(path, { timeout: 0 })
  try {
    connection.pragma('journal_mode = DELETE')
  } catch {
    throw new OperatorError('The database is in use; stop the program first.')
  } finally {
    connection.close()
  }
}

/** What is wrong with a database file; nothing, if the list is empty. */
export function checkSqlite(path: string): string[] {
  const connection = new Sqlite(path, { fileMustExist: true, readonly: true })
  try {
    const integrity = connection.pragma('integrity_check') as { integrity_check: string }[]
    const broken = connection.pragma('foreign_key_check') as { table: string }[]
    return [
      ...integrity.map((row) => row.integrity_check).filter((answer) => answer !== 'ok'),
      ...broken.map(({ table }) => `a row of ${table} refers to one that is not there`),
    ]
  } finally {
    connection.close()
  }
}
