import { getTableColumns, type InferInsertModel, sql, type Table } from 'drizzle-orm'

/** A placeholder for every column, named after it: an insert of whole rows that is prepared once. */
export function rowPlaceholders<T extends Table>(table: T): InferInsertModel<T> {
  const names = Object.keys(getTableColumns(table))
  return Object.fromEntries(names.map((name) => [name, sql.placeholder(name)])) as unknown as InferInsertModel<T>
}

/** A placeholder where drizzle's types expect a value: in the `set` of an update. */
export const placeholder = <T>(name: string): T => sql.placeholder(name) as unknown as T

/**
 * A query whose rows nobody changes until the transaction ends: to be run as a step. SQLite has one writer at a time, and
 * holds all.
 */
export const held = <Query extends object>(query: Query): Query =>
  'for' in query ? (query as unknown as { for(strength: 'no key update'): Query }).for('no key update') : query
