/** An update keeps what is there: a database of each release before is brought up to date by the migrations of today. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, inject, it, onTestFinished } from 'vitest'
import { migratePostgres } from '~db/migrate'
import { openSqlite } from '~db/open-sqlite'
import { fillEveryTable, openRaw, type RawDatabase, ROWS } from '~tests/support/rows-of-every-table'
import { MIGRATIONS_FOLDER } from '~tests/support/tenant-template'
import { createDatabaseWithoutTables } from '~tests/support/test-database'

const { dialect } = inject('testDatabase')

type Journal = { entries: { tag: string }[] }
const journalOf = (folder: string): Journal =>
  JSON.parse(readFileSync(join(folder, dialect, 'meta/_journal.json'), 'utf8'))

/** Releases end with these migrations; the last one is not released yet, or is today's. */
const RELEASES = journalOf(MIGRATIONS_FOLDER)
  .entries.map(({ tag }) => tag)
  .slice(0, -1)

/** The migrations as they were at a release. */
function migrationsUpTo(tag: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'portal-migrations-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  cpSync(MIGRATIONS_FOLDER, folder, { recursive: true })
  const { entries, ...rest } = journalOf(folder)
  const kept = entries.slice(0, entries.findIndex((entry) => entry.tag === tag) + 1)
  writeFileSync(join(folder, dialect, 'meta/_journal.json'), JSON.stringify({ ...rest, entries: kept }))
  return folder
}

async function migrate(url: string, folder: string): Promise<void> {
  if (dialect === 'sqlite') await openSqlite(url.slice('file:'.length), folder).close()
  else await migratePostgres(url, folder)
}

async function withRaw<Value>(url: string, use: (database: RawDatabase) => Promise<Value>): Promise<Value> {
  const database = await openRaw(url)
  try {
    return await use(database)
  } finally {
    await database.close()
  }
}

type Content = Record<string, Record<string, unknown>[]>
async function contentOf(database: RawDatabase): Promise<Content> {
  const content: Content = {}
  for (const { name } of await database.tables()) content[name] = await database.rows(name)
  return content
}

it.each(RELEASES)('a database of the release with %s keeps every row of every table', async (tag) => {
  const database = await createDatabaseWithoutTables()
  onTestFinished(database.drop)
  await migrate(database.url, migrationsUpTo(tag))
  const before = await withRaw(database.url, async (raw) => {
    await fillEveryTable(raw)
    return contentOf(raw)
  })
  expect(Object.keys(before).length).toBeGreaterThan(50)
  await migrate(database.url, MIGRATIONS_FOLDER)
  const { after, orphans } = await withRaw(database.url, async (raw) => ({
    after: await contentOf(raw),
    orphans: await raw.orphans(),
  }))
  expect(orphans).toEqual([])
  for (const [table, rows] of Object.entries(before)) {
    expect(rows, table).toHaveLength(ROWS)
    expect(after[table], table).toHaveLength(ROWS)
    expect(after[table], table).toEqual(expect.arrayContaining(rows.map((row) => expect.objectContaining(row))))
  }
})
