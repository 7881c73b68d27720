/**
 * The rows of one database put into another, of the same kind or the other: both have the same tables, and drizzle says
 * each value in the words of either. Nothing here knows a table by its name, so a new one is copied too.
 */
import { createHash } from 'node:crypto'
import { getTableColumns, getTableName } from 'drizzle-orm'
import { type PgColumn, type PgTable, getTableConfig as postgresTable } from 'drizzle-orm/pg-core'
import { getTableConfig as sqliteTable } from 'drizzle-orm/sqlite-core'
import { type Database, type Handle, OperatorError, write } from './database'
import { isBehind, type Position, sortedBy } from './queries/keyset'

type Row = Record<string, unknown>
type TableName = keyof Handle['t']

/** What was done with a table: how many rows the source has, and how many of them were added, as the others were there. */
export type CopiedTable = { table: string; rows: number; added: number }

/** How much of a table is read and written at once: rows, and no more values than a statement of SQLite takes. */
const ROWS_AT_ONCE = 500
const VALUES_AT_ONCE = 30_000

/**
 * Adds what the target lacks, table by table, those that others refer to first; so one that was stopped is continued by the
 * next. Rows that the target has already are left as they are: `differingTables` says whether they are the same.
 */
export async function* copyRows(from: Database, to: Database): AsyncGenerator<CopiedTable> {
  for (const name of tableNames(from)) {
    let rows = 0
    let added = 0
    for await (const batch of batchesOf(from, name)) {
      rows += batch.length
      added += await to.run(
        write(({ sql, t }) =>
          sql
            .insert(t[name])
            .values(batch as never)
            .onConflictDoNothing(),
        ),
      )
    }
    yield { table: getTableName(from.handle.t[name]), rows, added }
  }
}

/** @throws OperatorError when the target has rows, and they are not those of the same tenant */
export async function requireSameTenantOrNone(from: Database, to: Database): Promise<void> {
  const [source] = await everyRow(from, 'tenantSettings')
  if (!source) throw new OperatorError('There is no tenant to copy: name the database of one that was started once.')
  const [target] = await everyRow(to, 'tenantSettings')
  if (target && JSON.stringify(source) !== JSON.stringify(target))
    throw new OperatorError(
      'The target has another tenant, or this one as it was before a change: name an empty database, or empty that one.',
    )
  if (target) return
  for (const name of tableNames(to))
    for await (const _ of batchesOf(to, name))
      throw new OperatorError(`The target has rows in ${getTableName(to.handle.t[name])}: name an empty database.`)
}

/** The tables whose rows are not the same on both sides, by their number and a sum of the digests of each row. */
export async function differingTables(from: Database, to: Database): Promise<string[]> {
  const found: string[] = []
  for (const name of tableNames(from)) {
    const [source, target] = [await sumOf(from, name), await sumOf(to, name)]
    if (source.rows !== target.rows || source.digest !== target.digest)
      found.push(`${getTableName(from.handle.t[name])} (${source.rows} rows, and ${target.rows} in the target)`)
  }
  return found
}

/** In the order of the schema, where a table comes after those that it refers to. */
const tableNames = ({ handle: { t } }: Database) => Object.keys(t) as TableName[]

/** The rows of a table, by the position of the last one read, so that each is read once. */
async function* batchesOf({ dialect, handle: { sql, t } }: Database, name: TableName): AsyncGenerator<Row[]> {
  const table = t[name] as PgTable
  const columns = getTableColumns(table)
  const keys = keyOf(dialect, table)
  const names = keys.map((key) => Object.keys(columns).find((column) => columns[column] === key) as string)
  const limit = Math.min(ROWS_AT_ONCE, Math.floor(VALUES_AT_ONCE / Object.keys(columns).length))
  let after: Position | undefined
  for (;;) {
    const rows: Row[] = await sql
      .select()
      .from(table)
      .where(isBehind(keys, { after, skip: 0, limit }))
      .orderBy(...sortedBy(keys))
      .limit(limit)
    if (rows.length > 0) yield rows
    const last = rows.at(-1)
    if (!last || rows.length < limit) return
    after = names.map((column) => last[column] as string | number)
  }
}

async function everyRow(db: Database, name: TableName): Promise<Row[]> {
  const found: Row[] = []
  for await (const batch of batchesOf(db, name)) found.push(...batch)
  return found
}

function keyOf(dialect: Database['dialect'], table: PgTable): PgColumn[] {
  const configOf = dialect === 'sqlite' ? (sqliteTable as unknown as typeof postgresTable) : postgresTable
  const { columns, primaryKeys } = configOf(table)
  const keys = primaryKeys[0]?.columns ?? columns.filter(({ primary }) => primary)
  if (keys.length === 0) throw new Error(`${getTableName(table)} has no primary key`)
  return keys as PgColumn[]
}

/** The order of rows does not count: the two databases sort texts differently. */
async function sumOf(db: Database, name: TableName): Promise<{ rows: number; digest: bigint }> {
  let rows = 0
  let digest = 0n
  for await (const batch of batchesOf(db, name)) {
    rows += batch.length
    for (const row of batch) digest += createHash('sha256').update(JSON.stringify(row)).digest().readBigUInt64LE()
  }
  return { rows, digest }
}
