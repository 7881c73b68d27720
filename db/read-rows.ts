/**
 * How the rows of a statement become objects, worked out once when it is prepared: drizzle looks every column up anew for
 * each row, which costs more than SQLite takes to find it.
 */
import { Column, getTableName, is, SQL } from 'drizzle-orm'

type Field = { path: string[]; field: unknown }
type Decode = (value: unknown) => unknown
type Value = { key: string; at: number; decode: Decode | undefined }
/**
 * An object within the row, mostly of one table; null where an outer join found no row of that table, which its first
 * column tells.
 */
type Part = { name: string; values: Value[]; columns: { at: number; table: string }[] }

/** What drizzle's prepared statements hold, of those that return rows. */
type Prepared = {
  fields?: Field[]
  joinsNotNullableMap?: Record<string, boolean>
  customResultMapper?: (rows: unknown[][]) => unknown[]
}

/** Has a prepared statement of drizzle's read its rows in this way. */
export function readRowsQuickly<Statement extends object>(statement: Statement): Statement {
  const prepared = statement as Prepared
  if (prepared.fields) prepared.customResultMapper = rowsReader(prepared)
  return statement
}

/** What makes objects of the rows of a prepared statement, each an array of values; none where it returns no rows. */
export function rowsReader({ fields = [], joinsNotNullableMap }: Prepared): (rows: unknown[][]) => object[] {
  if (fields.some(({ path }) => path.length > 2))
    throw new Error('a query selects an object within an object within a row')
  const read = rowReader(fields, joinsNotNullableMap)
  return (rows) => rows.map(read)
}

function rowReader(fields: Field[], isNeverMissing: Record<string, boolean> | undefined) {
  const own: Value[] = []
  const parts: Part[] = []
  for (const [at, { path, field }] of fields.entries()) {
    const [name = '', key = name] = path
    const value = { key, at, decode: decoderOf(field) }
    if (path.length === 1) {
      own.push(value)
      continue
    }
    let part = parts.find((one) => one.name === name)
    if (!part) {
      part = { name, values: [], columns: [] }
      parts.push(part)
    }
    part.values.push(value)
    if (is(field, Column)) part.columns.push({ at, table: getTableName(field.table) })
  }
  const objects = parts.map(({ name, values, columns: [first, ...others] }) => {
    const isOfOne = first !== undefined && others.every(({ table }) => table === first.table)
    return { name, values, missingBy: isOfOne && isNeverMissing?.[first.table] === false ? first.at : undefined }
  })
  return (row: unknown[]): object => {
    const result = readValues(own, row)
    for (const { name, values, missingBy } of objects)
      result[name] = missingBy !== undefined && row[missingBy] === null ? null : readValues(values, row)
    return result
  }
}

function readValues(values: Value[], row: unknown[]): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const { key, at, decode } of values) {
    const value = row[at]
    result[key] = value === null || decode === undefined ? value : decode(value)
  }
  return result
}

/** Nothing where the driver gives the value as it is. */
function decoderOf(field: unknown): Decode | undefined {
  const decoder = is(field, Column)
    ? field
    : is(field, SQL)
      ? decoderOfSql(field)
      : decoderOfSql((field as Aliased).sql)
  if (decoder.mapFromDriverValue === Column.prototype.mapFromDriverValue) return undefined
  return (value) => decoder.mapFromDriverValue(value)
}

type Aliased = { sql: SQL }
type Decoder = { mapFromDriverValue: Decode }
const decoderOfSql = (sql: SQL): Decoder => (sql as unknown as { decoder: Decoder }).decoder
