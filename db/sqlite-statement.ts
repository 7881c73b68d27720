/**
 * Statements of SQLite as the program runs them. drizzle builds each once; what it would work out anew at each run, which
 * value stands where and which column a value of a row is of, is worked out when the statement is prepared.
 */
import type { Statement } from 'better-sqlite3'
import { is, Param, Placeholder } from 'drizzle-orm'
import { rowsReader } from './read-rows'

export type Values = Record<string, unknown>

export type SqliteStatement<Row = unknown> = {
  /** The tables that it names. */
  tables: readonly string[]
  /** The values as the database takes them, in the order of the statement. */
  parameters(values: Values): unknown[]
  rows(parameters: unknown[]): Row[]
  /** How many rows it touches; a `select` touches those that it finds. */
  run(parameters: unknown[]): number
}

/** What drizzle's prepared statement of SQLite holds. */
type Drizzled = Parameters<typeof rowsReader>[0] & {
  stmt: Statement
  query: { params: unknown[] }
  queryMetadata: { tables: string[] }
}

export function sqliteStatement(drizzled: unknown): SqliteStatement {
  const { stmt, query, queryMetadata, ...prepared } = drizzled as Drizzled
  const fill = query.params.map(filler)
  const read = rowsReader(prepared)
  if (stmt.reader) stmt.raw()
  return {
    tables: queryMetadata.tables,
    parameters: (values) => fill.map((valueIn) => valueIn(values)),
    rows: (parameters) => read(stmt.all(parameters) as unknown[][]),
    run: (parameters) => (stmt.reader ? stmt.all(parameters).length : stmt.run(parameters).changes),
  }
}

function filler(parameter: unknown): (values: Values) => unknown {
  if (is(parameter, Placeholder)) return (values) => given(values, parameter.name)
  if (is(parameter, Param) && is(parameter.value, Placeholder)) {
    const { name } = parameter.value
    const { encoder } = parameter
    return (values) => encoder.mapToDriverValue(given(values, name))
  }
  return () => parameter
}

function given(values: Values, name: string): unknown {
  const value = values[name]
  if (value === undefined && !(name in values)) throw new Error(`a statement was run without a value for ${name}`)
  return value
}
