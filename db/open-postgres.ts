import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import { Pool } from 'pg'
import { beginAfterwards, type Database, type Handle, type Step, type Write } from './database'
import { isMigratedPostgres } from './migrate'
import { postgresTables } from './schema/postgres'

type PgPrepared = { execute(values?: Record<string, unknown>): Promise<never[]> }

/** Serialization failure and deadlock: the transaction is to be tried again (PostgreSQL, appendix A). */
const RETRY = new Set(['40001', '40P01'])
const TRIES = 8
const UNIQUE_VIOLATION = '23505'

/** Connects to PostgreSQL. Its schema is migrated by `npm run db:migrate`, not here. */
export function openPostgres(url: string, migrationsFolder: string): Database {
  const pool = new Pool({ connectionString: url, max: 10 })
  // An idle connection that breaks is replaced at the next query, which then tells its caller.
  pool.on('error', () => {})
  const orm = drizzle(pool, { casing: 'snake_case' }) as unknown as NodePgDatabase<Record<string, never>>
  const handle: Handle = { sql: orm, t: postgresTables }
  const statements = new Map<string, PgPrepared>()

  async function runOn(target: Handle, write: Write): Promise<number> {
    const builder = write.build(target)
    const result = write.name ? await builder.prepare(write.name).execute(write.values) : await builder
    return (result as { rowCount: number | null }).rowCount ?? 0
  }

  async function atomically(steps: Step[]): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await orm.transaction(async (tx) => {
          const target = { sql: tx as unknown as Handle['sql'], t: postgresTables }
          for (const { write, otherwise } of steps) {
            const touched = await runOn(target, write).catch((error) => {
              // Of two transactions that make one of a kind at once, both conditions held when they were looked at.
              if (otherwise && codeOf(error) === UNIQUE_VIOLATION) return 0
              throw error
            })
            if (touched === 0 && otherwise) throw otherwise()
          }
        })
      } catch (error) {
        if (attempt === TRIES || !RETRY.has(codeOf(error))) throw error
        // Transactions that met once would meet again if they waited equally long.
        await sleep(Math.random() * 20 * attempt)
      }
    }
  }

  return {
    dialect: 'postgres',
    handle,
    prepared(name, build) {
      let found = statements.get(name)
      if (!found) {
        found = build(handle).prepare(name) as unknown as PgPrepared
        statements.set(name, found)
      }
      return found as never
    },
    run: (write) => runOn(handle, write),
    atomically: async (steps) => {
      await atomically(steps)
      await beginAfterwards(steps)
    },
    isReady: () => isMigratedPostgres(pool, join(migrationsFolder, 'postgres')),
    close: () => pool.end(),
  }
}

function codeOf(error: unknown): string {
  const cause = (error as { cause?: { code?: string } }).cause ?? (error as { code?: string })
  return cause?.code ?? ''
}
