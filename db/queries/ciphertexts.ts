/** The columns that hold encrypted texts, of all tables: found by the name that the column kit asks for. */
import { and, asc, count, eq, getTableColumns, gt, isNotNull, min, ne, sql as raw, type SQL } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import { type Database, type Handle, write } from '../database'
import type { Ciphertext } from '../schema/columns'

export type CiphertextColumn = {
  /** As the schema has them: `clientSecrets.encryptedSecret`. */
  name: string
  table: PgTable
  /** What its rows are known by. */
  key: PgColumn
  column: PgColumn
}

export type CiphertextRow = { key: string; ciphertext: Ciphertext }

export function listCiphertextColumns({ t }: Handle): CiphertextColumn[] {
  return Object.entries(t as Record<string, PgTable>).flatMap(([tableName, table]) => {
    const columns = Object.entries<PgColumn>(getTableColumns(table))
    const key = columns.find(([, column]) => column.primary)?.[1]
    const encrypted = columns.filter(([name]) => name.startsWith('encrypted'))
    if (encrypted.length > 0 && !key) throw new Error(`${tableName} has encrypted columns and no key of one column`)
    return encrypted.map(([name, column]) => ({
      name: `${tableName}.${name}`,
      table,
      key: key as PgColumn,
      column,
    }))
  })
}

const markOf = (column: PgColumn, length: number): SQL<string> =>
  raw<string>`substr(${column}, 1, ${raw.raw(String(length))})`

/** By the marks of their keys, which are equally long: how many texts of a column there are, and one of them. */
export const listMarks = (
  { handle: { sql } }: Database,
  { table, column }: CiphertextColumn,
  length: number,
): Promise<{ mark: string; rows: number; one: Ciphertext }[]> =>
  sql
    .select({ mark: markOf(column, length), rows: count(), one: min(column) })
    .from(table)
    .where(isNotNull(column))
    .groupBy(markOf(column, length)) as never

type Part = { mark: string; after: string; limit: number }

/** Rows behind a key whose text another encryption key than that of the mark has encrypted. */
export const listOtherCiphertexts = (
  { handle: { sql } }: Database,
  { table, key, column }: CiphertextColumn,
  { mark, after, limit }: Part,
): Promise<CiphertextRow[]> =>
  sql
    .select({ key, ciphertext: column })
    .from(table)
    .where(and(gt(key, after), isNotNull(column), ne(markOf(column, mark.length), mark)))
    .orderBy(asc(key))
    .limit(limit) as never

/** Touches no row where the text was changed meanwhile. */
export const replaceCiphertext = (
  { name, table, key, column }: CiphertextColumn,
  row: CiphertextRow,
  by: Ciphertext | null,
) =>
  write(({ sql }) =>
    sql
      .update(table)
      .set({ [name.split('.')[1] as string]: by })
      .where(and(eq(key, row.key), eq(column, row.ciphertext))),
  )

export const deleteCiphertextRow = ({ table, key, column }: CiphertextColumn, row: CiphertextRow) =>
  write(({ sql }) => sql.delete(table).where(and(eq(key, row.key), eq(column, row.ciphertext))))
