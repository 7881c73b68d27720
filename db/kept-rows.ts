/**
 * Rows that most requests read and few writes change, as this process has read them. They are those of the database: a
 * write of the process to a table ends what was read of it, and one of another process ends all.
 */
import type { Database as Connection } from 'better-sqlite3'
import { LRUCache } from 'lru-cache'
import type { SqliteStatement, Values } from './sqlite-statement'

/** Of one statement, each under its own values. */
const MOST = 2_000

export type KeptRows = {
  /** The statement, which remembers what it has read. Its rows are shared by all who read them, and so cannot be changed. */
  keep(statement: SqliteStatement): { execute(values: Values): Promise<unknown[]> }
  /** To be called with each change of a table. */
  changed(tables: readonly string[]): void
}

type Rows = LRUCache<string, Promise<unknown[]>>

export function createKeptRows(connection: Connection): KeptRows {
  const kept: Rows[] = []
  /** What was read, by the tables whose changes end it. */
  const endedBy = new Map<string, Rows[]>()
  const references = listReferences(connection)
  const dataVersion = connection.prepare('PRAGMA data_version').pluck()
  let seenVersion = dataVersion.get()
  let hasLooked = false

  /** Once a turn of the event loop: whether another process has written. */
  function lookForOthers(): void {
    if (hasLooked) return
    hasLooked = true
    setImmediate(() => {
      hasLooked = false
    })
    const version = dataVersion.get()
    if (version === seenVersion) return
    seenVersion = version
    for (const rows of kept) rows.clear()
  }

  return {
    keep(statement) {
      const rows: Rows = new LRUCache({ max: MOST })
      kept.push(rows)
      for (const table of withParents(statement.tables, references))
        endedBy.set(table, [...(endedBy.get(table) ?? []), rows])
      return {
        async execute(values) {
          lookForOthers()
          const parameters = statement.parameters(values)
          const key = JSON.stringify(parameters)
          const known = rows.get(key)
          if (known) return known
          const found = freeze(statement.rows(parameters))
          // What there is not can be asked for under any name, and would push out what there is.
          if (found.length > 0) rows.set(key, Promise.resolve(found))
          return found
        },
      }
    },
    changed(tables) {
      for (const table of tables) for (const rows of endedBy.get(table) ?? []) rows.clear()
    },
  }
}

type Reference = { child: string; parent: string }

const listReferences = (connection: Connection): Reference[] =>
  connection
    .prepare('select m.name as child, f."table" as parent from sqlite_master m, pragma_foreign_key_list(m.name) f')
    .all() as Reference[]

/** With the tables that they refer to: a row of these takes others with it when it is deleted. */
function withParents(tables: readonly string[], references: Reference[]): ReadonlySet<string> {
  const found = new Set(tables)
  for (const table of found) for (const { child, parent } of references) if (child === table) found.add(parent)
  return found
}

function freeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const member of Object.values(value)) freeze(member)
  return Object.freeze(value)
}
