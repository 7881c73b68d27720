import { chmodSync, copyFileSync, existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { OperatorError } from './database'
import { requireUnusedSqlite } from './in-use'
import { requireNotNewer, sqliteSchema } from './migrate'
import type { Ciphertext } from './schema/columns'

/** Copies a SQLite database while it is in use; the copy is whole. @param target which is not there */
export async function backupSqlite(path: string, target: string): Promise<void> {
  const connection = new Sqlite(path, { fileMustExist: true })
  try {
    await connection.backup(target)
  } finally {
    connection.close()
  }
}

/**
 * Looks into a backup before anything is moved for it.
 * @param folder with the migrations of the program
 * @param length of what names the key at the beginning of an encrypted text
 * @returns an encrypted text of each key and column, to be opened
 * @throws OperatorError when it is damaged, is none of this program, or of a later version of it
 */
export function inspectBackup(source: string, folder: string, length: number): Ciphertext[] {
  if (!existsSync(source))
    throw new OperatorError(`There is no file ${source}; name one that npm run portal -- backup has made.`)
  const connection = new Sqlite(source, { fileMustExist: true, readonly: true })
  try {
    requireTenant(connection)
    const problems = problemsOf(connection)
    if (problems.length > 0) throw new OperatorError(`The backup is damaged, take another one: ${problems.join('; ')}`)
    requireNotNewer(sqliteSchema(connection, join(folder, 'sqlite')))
    return encryptedColumns(connection).flatMap(({ table, column }) =>
      connection
        .prepare(
          `select min("${column}") from "${table}" where "${column}" is not null group by substr("${column}", 1, ?)`,
        )
        .pluck()
        .all(length),
    ) as Ciphertext[]
  } finally {
    connection.close()
  }
}

/** An empty file and any other program's are whole databases too. */
function requireTenant(connection: Sqlite.Database): void {
  try {
    connection.prepare('select hash from __drizzle_migrations').all()
    if (connection.prepare('select id from tenant_settings').get()) return
  } catch (error) {
    if (!/^SQLITE_(ERROR|NOTADB)$/.test((error as { code?: string }).code ?? '')) throw error
  }
  throw new OperatorError(`${connection.name} is no backup of this program: no tenant is in it.`)
}

/** By their names, as a backup may be of any release. */
const encryptedColumns = (connection: Sqlite.Database) =>
  connection
    .prepare(
      `select m.name as "table", c.name as "column" from sqlite_master m, pragma_table_info(m.name) c
       where m.type = 'table' and c.name like 'encrypted_%'`,
    )
    .all() as { table: string; column: string }[]

/**
 * Puts a backup in the place of the database, which is kept beside it under a name with the time.
 * @returns where the database of before is, if there was one
 * @throws OperatorError when the program runs: its writes would be lost
 */
export function restoreSqlite(source: string, path: string, at: Date): string | undefined {
  let kept: string | undefined
  if (existsSync(path)) {
    requireUnusedSqlite(path)
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

/** What is wrong with a database file; nothing, if the list is empty. */
export function checkSqlite(path: string): string[] {
  const connection = new Sqlite(path, { fileMustExist: true, readonly: true })
  try {
    return problemsOf(connection)
  } finally {
    connection.close()
  }
}

function problemsOf(connection: Sqlite.Database): string[] {
  const integrity = connection.pragma('integrity_check') as { integrity_check: string }[]
  const broken = connection.pragma('foreign_key_check') as { table: string }[]
  return [
    ...integrity.map((row) => row.integrity_check).filter((answer) => answer !== 'ok'),
    ...broken.map(({ table }) => `a row of ${table} refers to one that is not there`),
  ]
}
