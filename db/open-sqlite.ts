import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { beginAfterwards, type Database, type Handle, type Step, type Write } from './database'
import { isMigratedSqlite, migrateSqlite } from './migrate'
import { sqliteTables } from './schema/sqlite'

type SqlitePrepared = {
  run(values?: Record<string, unknown>): { changes: number }
  execute(values?: object): Promise<never[]>
}
type Job = { steps: Step[]; resolve(touched: number): void; reject(error: unknown): void }

/**
 * Opens the embedded database and brings its schema up to date.
 *
 * Changes that are asked for in the same turn of the event loop share one transaction, a savepoint each, and so one
 * durable commit: `synchronous=FULL` costs one flush to disk for all of them.
 *
 * No statistics are collected (`ANALYZE`): those of tables that were nearly empty would have the planner read them from
 * end to end after they have grown. Without them it takes an index wherever one fits, at any size.
 */
export function openSqlite(path: string, migrationsFolder: string): Database {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true })
  const connection = new Sqlite(path)
  connection.pragma('journal_mode = WAL')
  connection.pragma('synchronous = FULL')
  connection.pragma('busy_timeout = 5000')
  connection.pragma('cache_size = -65536')
  connection.pragma('mmap_size = 268435456')
  const orm = drizzle(connection, { casing: 'snake_case' })
  migrateSqlite(connection, orm, join(migrationsFolder, 'sqlite'))

  const handle: Handle = { sql: orm as unknown as Handle['sql'], t: sqliteTables }
  const statements = new Map<string, SqlitePrepared>()
  const begin = connection.prepare('BEGIN IMMEDIATE')
  const commit = connection.prepare('COMMIT')
  const rollback = connection.prepare('ROLLBACK')
  const savepoint = connection.prepare('SAVEPOINT job')
  const release = connection.prepare('RELEASE job')
  const undo = connection.prepare('ROLLBACK TO job')
  let waiting: Job[] = []

  function prepared(name: string, build: (handle: Handle) => { prepare(name: string): unknown }): SqlitePrepared {
    let found = statements.get(name)
    if (!found) {
      found = build(handle).prepare(name) as SqlitePrepared
      statements.set(name, found)
    }
    return found
  }

  function runNow(write: Write): number {
    const statement = write.name
      ? prepared(write.name, write.build)
      : (write.build(handle) as unknown as SqlitePrepared)
    return statement.run(write.values).changes
  }

  function runSteps(steps: Step[]): number {
    let touched = 0
    for (const { write, otherwise } of steps) {
      touched = runNow(write)
      if (touched === 0 && otherwise) throw otherwise()
    }
    return touched
  }

  function flush() {
    const jobs = waiting
    waiting = []
    const settle: (() => void)[] = []
    try {
      begin.run()
      for (const job of jobs) {
        savepoint.run()
        try {
          const touched = runSteps(job.steps)
          settle.push(() => job.resolve(touched))
        } catch (error) {
          undo.run()
          settle.push(() => job.reject(error))
        }
        release.run()
      }
      commit.run()
    } catch (error) {
      if (connection.inTransaction) rollback.run()
      for (const job of jobs) job.reject(error)
      return
    }
    for (const tell of settle) tell()
  }

  function enqueue(steps: Step[]): Promise<number> {
    return new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(flush)
      waiting.push({ steps, resolve, reject })
    })
  }

  return {
    dialect: 'sqlite',
    handle,
    prepared: (name, build) => prepared(name, build) as never,
    run: (write) => enqueue([{ write }]),
    atomically: async (steps) => {
      await enqueue(steps)
      await beginAfterwards(steps)
    },
    isReady: async () => connection.open && isMigratedSqlite(connection, join(migrationsFolder, 'sqlite')),
    close: async () => {
      if (waiting.length > 0) flush()
      connection.close()
    },
  }
}
