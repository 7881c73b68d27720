import { copyFileSync, existsSync, renameSync } from 'node:fs'
import Sqlite from 'better-sqlite3'

/** Copies a SQLite database while it is in use; the copy is whole. @throws when there is such a file already */
export async function backupSqlite(path: string, target: string): Promise<void> {
  if (existsSync(target)) throw new Error(`${target} is there already; choose another name`)
  const connection = new Sqlite(path, { fileMustExist: true })
  try {
    await connection.backup(target)
  } finally {
    connection.close()
  }
}

/**
 * Puts a backup in the place of the database, which is kept beside it.
 * @throws when the backup is damaged, or the program runs: its writes would be lost
 */
export function restoreSqlite(source: string, path: string): void {
  if (!existsSync(source)) throw new Error(`there is no file ${source}`)
  const problems = checkSqlite(source)
  if (problems.length > 0) throw new Error(`the backup is damaged: ${problems.join('; ')}`)
  if (existsSync(path)) {
    requireUnused(path)
    renameSync(path, `${path}.before-restore`)
  }
  copyFileSync(source, path)
}

/** Leaving WAL needs the database for oneself, and puts what is in the log into the file. */
function requireUnused(path: string): void {
  const connection = new Sqlite(path, { timeout: 0 })
  try {
    connection.pragma('journal_mode = DELETE')
  } catch {
    throw new Error('the database is in use; stop the program first')
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
