import { expect, expectTypeOf, it } from 'vitest'
import { type Ciphertext, type ColumnKit, postgresKit, sqliteKitAsItIs } from '~db/schema/columns'

/** A column of every kind, by itself and required. */
const postgresKinds = postgresKit.table('kinds', {
  text: postgresKit.text(),
  ciphertext: postgresKit.ciphertext(),
  int: postgresKit.int(),
  bool: postgresKit.bool(),
  json: postgresKit.json<{ a: string[] }>(),
  time: postgresKit.time(),
  requiredText: postgresKit.text().notNull(),
  requiredInt: postgresKit.int().notNull(),
  requiredBool: postgresKit.bool().notNull(),
  requiredJson: postgresKit.json<string[]>().notNull(),
  requiredTime: postgresKit.time().notNull(),
  narrowed: postgresKit.text().$type<'a' | 'b'>().notNull(),
  key: postgresKit.text().primaryKey(),
})
const sqliteKinds = sqliteKitAsItIs.table('kinds', {
  text: sqliteKitAsItIs.text(),
  ciphertext: sqliteKitAsItIs.ciphertext(),
  int: sqliteKitAsItIs.int(),
  bool: sqliteKitAsItIs.bool(),
  json: sqliteKitAsItIs.json<{ a: string[] }>(),
  time: sqliteKitAsItIs.time(),
  requiredText: sqliteKitAsItIs.text().notNull(),
  requiredInt: sqliteKitAsItIs.int().notNull(),
  requiredBool: sqliteKitAsItIs.bool().notNull(),
  requiredJson: sqliteKitAsItIs.json<string[]>().notNull(),
  requiredTime: sqliteKitAsItIs.time().notNull(),
  narrowed: sqliteKitAsItIs.text().$type<'a' | 'b'>().notNull(),
  key: sqliteKitAsItIs.text().primaryKey(),
})

it('both kits give the same row types for every kind of column', () => {
  // The compiler compares: a kind that differs stops `tsc`, not this test.
  expectTypeOf<typeof sqliteKinds.$inferSelect>().toEqualTypeOf<typeof postgresKinds.$inferSelect>()
  expectTypeOf<typeof sqliteKinds.$inferInsert>().toEqualTypeOf<typeof postgresKinds.$inferInsert>()
  expectTypeOf<typeof postgresKinds.$inferSelect>().toEqualTypeOf<{
    text: string | null
    ciphertext: Ciphertext | null
    int: number | null
    bool: boolean | null
    json: { a: string[] } | null
    time: number | null
    requiredText: string
    requiredInt: number
    requiredBool: boolean
    requiredJson: string[]
    requiredTime: number
    narrowed: 'a' | 'b'
    key: string
  }>()
})

it('both kits have the same kinds, and this test has them all', () => {
  expect(Object.keys(sqliteKitAsItIs).sort()).toEqual(Object.keys(postgresKit).sort())
  const columns: Exclude<
    keyof ColumnKit,
    'table' | 'index' | 'sparseIndex' | 'textIndex' | 'unique' | 'primaryKey' | 'check'
  >[] = ['text', 'ciphertext', 'int', 'bool', 'json', 'time']
  const others = ['table', 'index', 'sparseIndex', 'textIndex', 'unique', 'primaryKey', 'check']
  expect([...columns, ...others].sort()).toEqual(Object.keys(postgresKit).sort())
})
