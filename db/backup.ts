import { copyFileSync, existsSync, rmSync } from 'node:fs'
import Sqlite from 'better-sqlite3'

/** Copies a SQLite database while it is in use; the copy is whole. */
export async function backupSqlite(path: string, target: string): Promise<void> {
  const connection = new Sqlite(path, { fileMustExist: true })
  try {
    await connection.backup(target)
  } finally {
    connection.close()
  }
}

/** Puts a backup in the place of the database. The program must not run. @throws when the backup is damaged */
export function restoreSqlite(source: string, path: string): void {
  const problems = checkSqlite(source)
  if (problems.length > 0) throw new Error(`the backup is damaged: ${problems.join('; ')}`)
  for (const leftover of [`${path}-wal`, `${path}-shm`]) if (existsSync(leftover)) rmSync(leftover)
  copyFileSync(source, path)
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
