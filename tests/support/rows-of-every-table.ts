/** Rows in every table that a database has, whichever version of the program has made it. */
import Sqlite from 'better-sqlite3'
import { getTableConfig } from 'drizzle-orm/sqlite-core'
import { Client } from 'pg'
import { sqliteTables } from '~db/schema/sqlite'

/** A database without the program around it. */
export type RawDatabase = {
  tables(): Promise<RawTable[]>
  insert(table: string, row: Record<string, unknown>): Promise<void>
  rows(table: string): Promise<Record<string, unknown>[]>
  /** Rows without the row that they refer to. */
  orphans(): Promise<unknown[]>
  close(): Promise<void>
}

type RawColumn = { name: string; type: string; refersTo?: { table: string; column: string } }
export type RawTable = { name: string; columns: RawColumn[] }

export const ROWS = 3

type Given = (column: string) => unknown

/**
 * Adds rows to every table, every column of them filled; the n-th row refers to n-th rows.
 * @param given the values of columns that need some of their own
 */
export async function fillEveryTable(database: RawDatabase, given: Given = () => undefined): Promise<void> {
  const tables = await database.tables()
  for (const { name: table, columns } of tables) {
    for (let n = 1; n <= ROWS; n += 1) {
      const row: Record<string, unknown> = {}
      for (const { name: column } of columns)
        row[column] = (await given(column)) ?? makeValue(tables, { table, column }, n)
      await database.insert(table, row)
    }
  }
}

function makeValue(tables: RawTable[], { table, column }: { table: string; column: string }, n: number): unknown {
  const found = tables.find(({ name }) => name === table)?.columns.find(({ name }) => name === column)
  if (!found) throw new Error(`there is no column ${table}.${column}`)
  const { type, refersTo } = found
  // A row that refers to its own table refers to itself.
  if (refersTo && refersTo.table !== table) return makeValue(tables, refersTo, n)
  if (refersTo && refersTo.column !== column) return makeValue(tables, { table, column: refersTo.column }, n)
  if (JSON_COLUMNS.has(`${table}.${column}`) || type === 'json') return '{}'
  if (type === 'boolean') return false
  if (type === 'text') return `${table} ${column} ${n}`
  return type === 'bigint' ? 1_700_000_000_000 + n : BOOLEAN_COLUMNS.has(`${table}.${column}`) ? 0 : n
}

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const columnsOfKind = (kind: string) =>
  new Set(
    Object.values(sqliteTables).flatMap((table) => {
      const { name, columns } = getTableConfig(table as never)
      return columns.flatMap((column) => (column.dataType === kind ? `${name}.${snake(column.name)}` : []))
    }),
  )

/** SQLite has no type of its own for these. */
const JSON_COLUMNS = columnsOfKind('json')
const BOOLEAN_COLUMNS = columnsOfKind('boolean')

/** @param url `file:PATH` or `postgres://…` */
export const openRaw = async (url: string): Promise<RawDatabase> =>
  url.startsWith('file:') ? openRawSqlite(url.slice('file:'.length)) : openRawPostgres(url)

function openRawSqlite(path: string): RawDatabase {
  const connection = new Sqlite(path)
  connection.pragma('foreign_keys = OFF')
  connection.pragma('synchronous = OFF')
  const all = (text: string) => connection.prepare(text).all() as Record<string, string>[]
  return {
    async tables() {
      const names = all(
        "select name from sqlite_master where type = 'table' and name not like '\\_%' escape '\\' and name not like 'sqlite%'",
      )
      return names.map(({ name = '' }) => {
        const references = all(`pragma foreign_key_list(${name})`)
        const columns = all(`pragma table_info(${name})`).map(({ name: column = '', type = '' }) => {
          const reference = references.find(({ from }) => from === column)
          const refersTo = reference && { table: reference.table ?? '', column: reference.to ?? '' }
          return { name: column, type: type.toLowerCase(), refersTo }
        })
        return { name, columns }
      })
    },
    async insert(table, row) {
      const names = Object.keys(row)
      const marks = names.map(() => '?').join(', ')
      const values = Object.values(row).map((value) => (value === false ? 0 : value))
      connection
        .prepare(`insert into ${table} (${names.map((name) => `"${name}"`).join(', ')}) values (${marks})`)
        .run(values)
    },
    rows: async (table) => all(`select * from ${table}`),
    orphans: async () => connection.pragma('foreign_key_check') as unknown[],
    close: async () => void connection.close(),
  }
}

async function openRawPostgres(url: string): Promise<RawDatabase> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const all = async (text: string) => (await client.query(text)).rows
  await client.query('set session_replication_role = replica')
  const references = async () =>
    (await all(
      `select c.conrelid::regclass::text as table, a.attname as column, c.confrelid::regclass::text as parent, f.attname as parent_column
       from pg_constraint c
       join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
       join pg_attribute f on f.attrelid = c.confrelid and f.attnum = c.confkey[1]
       where c.contype = 'f'`,
    )) as { table: string; column: string; parent: string; parent_column: string }[]
  return {
    async tables() {
      const known = await references()
      const columns = (await all(
        "select table_name, column_name, data_type from information_schema.columns where table_schema = 'public' order by 1, ordinal_position",
      )) as { table_name: string; column_name: string; data_type: string }[]
      return [...new Set(columns.map(({ table_name }) => table_name))].map((name) => ({
        name,
        columns: columns
          .filter(({ table_name }) => table_name === name)
          .map(({ column_name, data_type }) => {
            const reference = known.find(({ table, column }) => table === name && column === column_name)
            const refersTo = reference && { table: reference.parent, column: reference.parent_column }
            return { name: column_name, type: data_type, refersTo }
          }),
      }))
    },
    async insert(table, row) {
      const names = Object.keys(row)
      const marks = names.map((_, index) => `$${index + 1}`).join(', ')
      const columns = names.map((name) => `"${name}"`).join(', ')
      await client.query(`insert into ${table} (${columns}) values (${marks})`, Object.values(row))
    },
    rows: (table) => all(`select * from ${table}`),
    async orphans() {
      const found: unknown[] = []
      for (const { table, column, parent, parent_column } of await references())
        found.push(
          ...(await all(
            `select '${table}' from ${table} c where "${column}" is not null and not exists (select 1 from ${parent} p where p."${parent_column}" = c."${column}")`,
          )),
        )
      return found
    },
    close: () => client.end(),
  }
}
