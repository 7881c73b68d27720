import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import { Pool, type PoolClient, type QueryConfig, type QueryResult } from 'pg'
import { beginAfterwards, type Database, type Handle, type Step, type Write } from './database'
import { postgresSchema } from './migrate'
import { CONNECTION_WITHIN, fromPostgres, isOutage, STATEMENT_WITHIN } from './outage'
import { readRowsQuickly } from './read-rows'
import { postgresTables } from './schema/postgres'

type PgPrepared = { execute(values?: Record<string, unknown>): Promise<never[]> }

/** Serialization failure and deadlock: the transaction is to be tried again (PostgreSQL, appendix A). */
const RETRY = new Set(['40001', '40P01'])
const TRIES = 8
const UNIQUE_VIOLATION = '23505'

/** What drizzle and transactions ask of the pool or of one of its connections; an outage is called one. */
class Link {
  constructor(private readonly target: Pool | PoolClient) {}
  query(config: QueryConfig, values: unknown[] = []): Promise<QueryResult> {
    return this.target.query(config, values).catch(throwFromPostgres)
  }
}

const throwFromPostgres = (error: unknown): never => {
  throw fromPostgres(error)
}

const handleOn = (link: Link): Handle => ({
  sql: drizzle(link as never, { casing: 'snake_case' }) as unknown as NodePgDatabase<Record<string, never>>,
  t: postgresTables,
})

/**
 * Connects to PostgreSQL. Its schema is migrated by `npm run db:migrate`, not here.
 * @param connections that are open at most
 */
export function openPostgres(url: string, migrationsFolder: string, connections: number): Database {
  const pool = new Pool({
    connectionString: url,
    max: connections,
    keepAlive: true,
    connectionTimeoutMillis: CONNECTION_WITHIN,
    query_timeout: STATEMENT_WITHIN,
    // A statement that nobody waits for any more is ended on the server too, and lets go of what it has locked.
    onConnect: async (client) => void (await client.query(`set statement_timeout = ${STATEMENT_WITHIN}`)),
  })
  // A connection that breaks is replaced, and whoever waits for its answer is told. Without a listener of its own the
  // event of one that a transaction holds would end the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  const handle = handleOn(new Link(pool))
  const ofConnections = new WeakMap<PoolClient, { link: Link; handle: Handle }>()
  const statements = new Map<string, PgPrepared>()

  async function runOn(target: Handle, write: Write): Promise<number> {
    const builder = write.build(target)
    const result = write.name ? await builder.prepare(write.name).execute(write.values) : await builder
    // Of a `select`, whose rows are held, the rows.
    return Array.isArray(result) ? result.length : ((result as { rowCount: number | null }).rowCount ?? 0)
  }

  async function runSteps(target: Handle, steps: Step[]): Promise<void> {
    for (const { write, otherwise } of steps) {
      const touched = await runOn(target, write).catch((error) => {
        // Of two transactions that make one of a kind at once, both conditions held when they were looked at.
        if (otherwise && codeOf(error) === UNIQUE_VIOLATION) return 0
        throw error
      })
      if (touched === 0 && otherwise) throw otherwise()
    }
  }

  function connected(client: PoolClient): { link: Link; handle: Handle } {
    let found = ofConnections.get(client)
    if (!found) {
      const link = new Link(client)
      found = { link, handle: handleOn(link) }
      ofConnections.set(client, found)
    }
    return found
  }

  /** A connection that an outage has met is not used again, so that none leads to a server that has become read-only. */
  async function inTransaction(steps: Step[]): Promise<void> {
    const client = await pool.connect().catch(throwFromPostgres)
    const { link, handle } = connected(client)
    let isLost = false
    try {
      await link.query({ text: 'begin' })
      await runSteps(handle, steps)
      await link.query({ text: 'commit' })
    } catch (error) {
      isLost = isOutage(error)
      if (!isLost)
        await link.query({ text: 'rollback' }).catch(() => {
          isLost = true
        })
      throw error
    } finally {
      client.release(isLost)
    }
  }

  async function atomically(steps: Step[]): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await inTransaction(steps)
      } catch (error) {
        if (attempt === TRIES || !RETRY.has(codeOf(error))) throw error
        // Transactions that met once would meet again if they waited equally long.
        await sleep(Math.random() * 20 * attempt)
      }
    }
  }

  function prepared(name: string, build: (handle: Handle) => { prepare(name: string): unknown }): never {
    let found = statements.get(name)
    if (!found) {
      found = readRowsQuickly(build(handle).prepare(name) as PgPrepared)
      statements.set(name, found)
    }
    return found as never
  }

  return {
    dialect: 'postgres',
    handle,
    prepared,
    // Other nodes write too, and do not say so.
    kept: prepared,
    run: (write) => runOn(handle, write),
    atomically: async (steps) => {
      await atomically(steps)
      await beginAfterwards(steps)
    },
    schema: () => postgresSchema((text) => new Link(pool).query({ text }), join(migrationsFolder, 'postgres')),
    connections: () => ({
      used: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
    close: () => pool.end(),
  }
}

function codeOf(error: unknown): string {
  const cause = (error as { cause?: { code?: string } }).cause ?? (error as { code?: string })
  return cause?.code ?? ''
}
