import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { beginAfterwards, type Database, type Handle, type Step, type Write } from './database'
import { createKeptRows } from './kept-rows'
import { migrateSqlite, requireNotNewer, sqliteSchema } from './migrate'
import { isOutage } from './outage'
import { sqliteTables } from './schema/sqlite'
import { type SqliteStatement, sqliteStatement, type Values } from './sqlite-statement'

type Build = (handle: Handle) => { prepare(name: string): unknown }
type Job = { steps: Step[]; resolve(touched: number): void; reject(error: unknown): void }

/** How long another program may hold the database before a change is refused (milliseconds). */
const LOCKED_WITHIN = 4_000
const TRY_AGAIN_AFTER = 20

/**
 * Opens the embedded database and brings its schema up to date.
 *
 * Changes that are asked for in the same turn of the event loop share one transaction, and so one durable commit:
 * `synchronous=FULL` costs one flush to disk for all of them. A savepoint for each would copy every page that it changes,
 * so there are none until one of them fails: then all are undone, and carried out anew with savepoints. While another
 * program holds the database they wait without holding up the process: reads and pages continue.
 *
 * No statistics are collected (`ANALYZE`): those of tables that were nearly empty would have the planner read them from
 * end to end after they have grown. Without them it takes an index wherever one fits, at any size.
 * @throws NewerDatabase
 */
export function openSqlite(path: string, migrationsFolder: string): Database {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true })
  const connection = new Sqlite(path)
  connection.pragma('busy_timeout = 5000')
  connection.pragma('journal_mode = WAL')
  connection.pragma('synchronous = FULL')
  connection.pragma('cache_size = -65536')
  connection.pragma('mmap_size = 268435456')
  const orm = drizzle(connection, { casing: 'snake_case' })
  const folder = join(migrationsFolder, 'sqlite')
  requireNotNewer(sqliteSchema(connection, folder))
  migrateSqlite(connection, orm, folder)
  connection.pragma('busy_timeout = 20')

  const handle: Handle = { sql: orm as unknown as Handle['sql'], t: sqliteTables }
  const statements = new Map<string, SqliteStatement>()
  const reads = new Map<string, { execute(values: Values): Promise<unknown[]> }>()
  const keptRows = createKeptRows(connection)
  const begin = connection.prepare('BEGIN IMMEDIATE')
  const commit = connection.prepare('COMMIT')
  const rollback = connection.prepare('ROLLBACK')
  const savepoint = connection.prepare('SAVEPOINT job')
  const release = connection.prepare('RELEASE job')
  const undo = connection.prepare('ROLLBACK TO job')
  const waiting: Job[] = []
  let lockedSince: number | undefined
  let mayWrite = true

  const prepare = (name: string, build: Build) => sqliteStatement(build(handle).prepare(name))

  function read(name: string, build: Build, isKept: boolean) {
    let found = reads.get(name)
    if (!found) {
      const statement = prepare(name, build)
      const afresh = { execute: async (values: Values) => statement.rows(statement.parameters(values)) }
      found = isKept ? keptRows.keep(statement) : afresh
      reads.set(name, found)
    }
    return found
  }

  function statementOf({ name, build }: Write): SqliteStatement {
    if (!name) return prepare('', build)
    let found = statements.get(name)
    if (!found) {
      found = prepare(name, build)
      statements.set(name, found)
    }
    return found
  }

  function runNow(write: Write): number {
    const statement = statementOf(write)
    const touched = statement.run(statement.parameters(write.values ?? {}))
    keptRows.changed(statement.tables)
    return touched
  }

  function runSteps(steps: Step[]): number {
    let touched = 0
    for (const { write, otherwise } of steps) {
      touched = runNow(write)
      if (touched === 0 && otherwise) throw otherwise()
    }
    return touched
  }

  /** Takes the write lock. @returns whether it has to be tried again, since another program holds it */
  function isLockedByOthers(): boolean {
    try {
      begin.run()
      lockedSince = undefined
      return false
    } catch (error) {
      if (!/^SQLITE_BUSY/.test((error as { code?: string }).code ?? '')) throw error
      lockedSince ??= performance.now()
      if (performance.now() - lockedSince > LOCKED_WITHIN) throw error
      return true
    }
  }

  /** Carries out all, unless one fails. @returns how many rows the last step of each touched */
  function runTogether(jobs: Job[]): number[] | undefined {
    try {
      return jobs.map(({ steps }) => runSteps(steps))
    } catch {
      return undefined
    }
  }

  /** Carries out each, and undoes those that fail. @returns what each is told once the others are stored */
  function runEach(jobs: Job[]): (() => void)[] {
    return jobs.map((job) => {
      savepoint.run()
      try {
        const touched = runSteps(job.steps)
        return () => job.resolve(touched)
      } catch (error) {
        // Without space SQLite undoes the whole transaction by itself.
        if (!connection.inTransaction) throw error
        undo.run()
        return () => job.reject(error)
      } finally {
        if (connection.inTransaction) release.run()
      }
    })
  }

  function flush() {
    let jobs: Job[] = []
    let settle: (() => void)[] = []
    if (waiting.length === 0) return
    try {
      if (isLockedByOthers()) {
        setTimeout(flush, TRY_AGAIN_AFTER)
        return
      }
      jobs = waiting.splice(0)
      const touched = runTogether(jobs)
      if (touched) settle = jobs.map((job, at) => () => job.resolve(touched[at] ?? 0))
      else {
        if (connection.inTransaction) rollback.run()
        if (isLockedByOthers()) {
          waiting.unshift(...jobs.splice(0))
          setTimeout(flush, TRY_AGAIN_AFTER)
          return
        }
        settle = runEach(jobs)
      }
      commit.run()
      mayWrite = true
    } catch (error) {
      if (connection.inTransaction) rollback.run()
      lockedSince = undefined
      if (isOutage(error)) mayWrite = false
      for (const job of [...jobs, ...waiting.splice(0)]) job.reject(error)
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

  /** After a change that failed for want of space or rights: whether the file can be written again. */
  function tryToWrite(): void {
    if (mayWrite) return
    connection.pragma(`user_version = ${connection.pragma('user_version', { simple: true })}`)
    mayWrite = true
  }

  return {
    dialect: 'sqlite',
    handle,
    prepared: (name, build) => read(name, build, false) as never,
    kept: (name, build) => read(name, build, true) as never,
    run: (write) => enqueue([{ write }]),
    atomically: async (steps) => {
      await enqueue(steps)
      await beginAfterwards(steps)
    },
    schema: async () => {
      tryToWrite()
      return sqliteSchema(connection, folder)
    },
    connections: () => ({}),
    close: async () => {
      for (flush(); waiting.length > 0; flush()) await sleep(TRY_AGAIN_AFTER)
      connection.close()
    },
  }
}
