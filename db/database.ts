/**
 * One interface over two databases. Reads are asynchronous functions made by `query`; changes are `Write`s, values
 * that say what is to be written, made by `statement` or `write`, and carried out by `run` or, several at once and
 * all or nothing, by `atomically`.
 */
import type { NodePgDatabase } from 'drizzle-orm/node-postgres'
import type { Tables } from './schema/tables'

export { isOutage, outageIn } from './outage'

/** What a query is built with: drizzle's builders, in PostgreSQL's types, and the tables of the database in use. */
export type Handle = { sql: NodePgDatabase<Record<string, never>>; t: Tables }

type Prepared<Row> = { execute(values?: Record<string, unknown>): Promise<Row[]> }
type Preparable = { prepare(name: string): { execute(values?: Record<string, unknown>): Promise<unknown> } }
type Builder = PromiseLike<unknown> & Preparable

/** What is wrong with the installation: the message says to who operates it what to do, and holds nothing secret. */
export class OperatorError extends Error {}

/** A change that has not been made yet. With a name it is prepared once and run with values. */
export type Write = { name?: string; build(handle: Handle): Builder; values?: Record<string, unknown> }

/**
 * A write of a transaction; where `otherwise` is given, the write has to touch a row. `afterwards` begins what the rows are
 * for, once they are stored; it is called once, however many steps of a transaction share it.
 */
export type Step = { write: Write; otherwise?: () => Error; afterwards?: () => void | Promise<void> }

/** `newer` is a database that a later version of the program has migrated; `older` one that has to be migrated. */
export type SchemaState = 'older' | 'same' | 'newer'

export type Database = {
  readonly dialect: 'sqlite' | 'postgres'
  readonly handle: Handle
  /** A query that is prepared at its first use and kept. */
  prepared<Row>(name: string, build: (handle: Handle) => { prepare(name: string): Prepared<Row> }): Prepared<Row>
  /** The same, of rows that are remembered where it can be told that they are still those of the database. */
  kept<Row>(name: string, build: (handle: Handle) => { prepare(name: string): Prepared<Row> }): Prepared<Row>
  /** Makes one change. Returns how many rows it touched. */
  run(write: Write): Promise<number>
  /**
   * Makes all changes or none, in order. Throws the error of the first `must` that touched no row, with everything
   * undone. There is no reading inside: a condition stands in the WHERE of a write, so that it holds on several nodes.
   */
  atomically(steps: Step[]): Promise<void>
  /**
   * How far the schema is, compared with this program's.
   * @throws DatabaseUnavailable when the database does not answer or takes no writes
   */
  schema(): Promise<SchemaState>
  /** Of the pool to PostgreSQL; `waiting` is for one. None where the database is a file. */
  connections(): { used?: number; idle?: number; waiting?: number }
  close(): Promise<void>
}

/** A step that has to touch a row, else the whole transaction is undone and `otherwise` is thrown. */
export const must = (write: Write, otherwise: () => Error): Step => ({ write, otherwise })

/** A step that may touch any number of rows. */
export const also = (write: Write): Step => ({ write })

/** Begins what steps of a transaction that is stored are for. */
export async function beginAfterwards(steps: Step[]): Promise<void> {
  for (const begin of new Set(steps.map(({ afterwards }) => afterwards))) await begin?.()
}

/** A read that is prepared once for each database; `build` uses `sql.placeholder` for what varies. */
export function query<Values extends Record<string, unknown>, Row>(
  name: string,
  build: (handle: Handle) => { prepare(name: string): Prepared<Row> },
) {
  return (db: Database, values: Values): Promise<Row[]> => db.prepared(name, build).execute(values)
}

/**
 * A read as by `query`, of what most requests read and few writes change. It gives what is stored at the moment; its rows
 * are shared with other readers, and are frozen.
 */
export function keptQuery<Values extends Record<string, unknown>, Row>(
  name: string,
  build: (handle: Handle) => { prepare(name: string): Prepared<Row> },
) {
  return (db: Database, values: Values): Promise<Row[]> => db.kept(name, build).execute(values)
}

/** A change that is prepared once for each database; `build` uses `sql.placeholder` for what varies. */
export function statement<Values extends Record<string, unknown>>(name: string, build: (handle: Handle) => Builder) {
  return (values: Values): Write => ({ name, build, values })
}

/** A change that is built each time: for statements whose shape varies. */
export const write = (build: (handle: Handle) => Builder): Write => ({ build })
