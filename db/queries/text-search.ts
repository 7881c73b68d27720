import { and, type Column, eq, gte, like, lt, type SQL, sql } from 'drizzle-orm'
import type { Database } from '../database'

/** A text whatever its case; a `textIndex` answers it. */
export const isText = (column: Column, text: string): SQL => eq(sql`lower(${column})`, sql`lower(${text})`)

/** Texts that begin so, whatever their case; a `textIndex` answers it on either database. */
export function startsWith({ dialect }: Pick<Database, 'dialect'>, column: Column, prefix: string): SQL | undefined {
  const lower = sql`lower(${column})`
  if (dialect === 'postgres') return like(lower, `${prefix.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`)
  // SQLite answers LIKE without an index; what begins so stands between the prefix and the last text that can follow it.
  return and(gte(lower, sql`lower(${prefix})`), lt(lower, sql`lower(${prefix}) || ${'\u{10ffff}'}`))
}
