/**
 * The column kinds that both databases can say. A table is declared once, over this kit, and exists twice: the
 * PostgreSQL kit gives the types that the program is written against, the SQLite kit is made to fit them
 * (`tests/db/column-kit.test.ts` compares the row types of every kind).
 */
import { type Column, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import * as postgres from 'drizzle-orm/pg-core'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import * as sqlite from 'drizzle-orm/sqlite-core'

/** What `platform/encryption.ts` has made, which has to be encrypted again when its key is replaced. */
export type Ciphertext = string & { readonly isCiphertext: true }

export const postgresKit = {
  table: postgres.pgTable,
  text: () => postgres.text(),
  /** Named `encrypted…`: by this the columns are found that a new key has to encrypt again. */
  ciphertext: () => postgres.text().$type<Ciphertext>(),
  int: () => postgres.integer(),
  bool: () => postgres.boolean(),
  /** Not `jsonb`: that refuses NULs and halves of surrogate pairs, which strangers can send, and nothing searches inside. */
  json: <T>() => postgres.json().$type<T>(),
  /** Milliseconds since the epoch. */
  time: () => postgres.bigint({ mode: 'number' }),
  index: postgres.index,
  /** Finds rows by a column that most rows leave empty: these cost no write to it. */
  sparseIndex: (name: string, column: PgColumn, ...others: PgColumn[]) =>
    postgres
      .index(name)
      .on(column, ...others)
      .where(sql`${column} is not null`),
  /** Finds a text whatever its case, and texts that begin so (`startsWith` of `db/queries/text-search.ts`). */
  textIndex: (name: string, column: Column) => postgres.index(name).on(sql`lower(${column}) text_pattern_ops`),
  unique: postgres.uniqueIndex,
  primaryKey: postgres.primaryKey,
  check: postgres.check,
}

export type ColumnKit = typeof postgresKit

/** The SQLite kit in its own types; only the test that compares the two reads it. */
export const sqliteKitAsItIs = {
  table: sqlite.sqliteTable,
  text: () => sqlite.text(),
  ciphertext: () => sqlite.text().$type<Ciphertext>(),
  int: () => sqlite.integer(),
  bool: () => sqlite.integer({ mode: 'boolean' }),
  json: <T>() => sqlite.text({ mode: 'json' }).$type<T>(),
  time: () => sqlite.integer({ mode: 'number' }),
  index: sqlite.index,
  sparseIndex: (name: string, column: SQLiteColumn, ...others: SQLiteColumn[]) =>
    sqlite
      .index(name)
      .on(column, ...others)
      .where(sql`${column} is not null`),
  textIndex: (name: string, column: Column) => sqlite.index(name).on(sql`lower(${column})`),
  unique: sqlite.uniqueIndex,
  primaryKey: sqlite.primaryKey,
  check: sqlite.check,
}

export const sqliteKit = sqliteKitAsItIs as unknown as ColumnKit
