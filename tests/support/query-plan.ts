import Sqlite from 'better-sqlite3'
import { Client } from 'pg'
import type { TestServices } from './services'

type Query = { toSQL(): { sql: string; params: unknown[] } }

/** How the database would go about a query or a change: one line for each step. */
export async function planOf({ db, config }: TestServices, query: unknown): Promise<string> {
  const { sql, params } = (query as Query).toSQL()
  // Each stands for a value that a prepared statement is given later.
  const isPlaceholder = (param: unknown) => typeof param === 'object' && param !== null
  const { databaseUrl } = config
  if (db.dialect === 'sqlite') {
    const file = new Sqlite(databaseUrl.replace(/^file:/, ''), { readonly: true })
    const steps = file
      .prepare(`explain query plan ${sql}`)
      .all(...params.map((param) => (isPlaceholder(param) ? null : param))) as { detail: string }[]
    file.close()
    return steps.map(({ detail }) => detail).join('\n')
  }
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  // Tables of a test are so small that reading them from end to end would be the best plan.
  await client.query('set enable_seqscan = off; set enable_bitmapscan = off')
  const { rows } = params.some(isPlaceholder)
    ? await client.query(`explain (generic_plan) ${sql}`)
    : await client.query(`explain ${sql}`, params)
  await client.end()
  return rows.map((row: Record<string, string>) => row['QUERY PLAN']).join('\n')
}
