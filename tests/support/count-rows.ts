import { count } from 'drizzle-orm'
import type { Handle } from '~db/database'
import type { TestServices } from './services'

export type TableName = keyof Handle['t']

/** How many rows a table has. */
export async function countOf({ db }: Pick<TestServices, 'db'>, table: TableName): Promise<number> {
  const [row] = await db.handle.sql.select({ rows: count() }).from(db.handle.t[table])
  return row?.rows ?? 0
}
