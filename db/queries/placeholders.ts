import { getTableColumns, type InferInsertModel, sql, type Table } from 'drizzle-orm'

/** A placeholder for every column, named after it: an insert of whole rows that is prepared once. */
export function rowPlaceholders<T extends Table>(table: T): InferInsertModel<T> {
  const names = Object.keys(getTableColumns(table))
  return Object.fromEntries(names.map((name) => [name, sql.placeholder(name)])) as unknown as InferInsertModel<T>
}

/** A placeholder where drizzle's types expect a value: in the `set` of an update. */
export const placeholder = <T>(name: string): T => sql.placeholder(name) as unknown as T
