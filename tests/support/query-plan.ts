import Sqlite from 'better-sqlite3'
import { Client } from 'pg'
import type { TestServices } from './services'

type Query = { toSQL(): { sql: string; params: unknown[] } }

/** How the database would go about a query: one line for each step. */
export async function planOf({ db, config }: TestServices, query: unknown): Promise<string> {
  const { sql, params } = (query as Query).toSQL()
  const { databaseUrl } = config
  if (db.dialect === 'sqlite') {
    const file = new Sqlite(databaseUrl.replace(/^file:/, ''), { readonly: true })
    const steps = file.prepare(`explain query plan ${sql}`).all(...params) as { detail: string }[]
    file.close()
    return steps.map(({ detail }) => detail).join('\n')
  }
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  // Tables of a test are so small that reading them from end to end would be the best plan.
  await client.query('set enable_seqscan = off; set enable_bitmapscan = off')
  const { rows } = await client.query(`explain ${sql}`, params)
  await client.end()
  return rows.map((row: Record<string, string>) => row['QUERY PLAN']).join('\n')
}
