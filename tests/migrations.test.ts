import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import Sqlite from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { openSqlite } from '~db/open-sqlite'
import { listIdentities } from '~db/queries/users'
import { findOwner } from '~tests/support/people'
import { createTestServices } from '~tests/support/services'
import { MIGRATIONS_FOLDER, PROJECT_FOLDER } from '~tests/support/tenant-template'

const run = promisify(execFile)

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'portal-migrations-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

/** The migrations of the program and one more, which rebuilds `users` as drizzle-kit does it. */
function migrationsThatRebuildUsers(
  connection: Sqlite.Database,
  change = '',
): { folder: string; statements: string[] } {
  const folder = temporaryFolder()
  cpSync(MIGRATIONS_FOLDER, folder, { recursive: true })
  const { sql } = connection.prepare("select sql from sqlite_master where name = 'users'").get() as { sql: string }
  const columns = (connection.pragma('table_info(users)') as { name: string }[])
    .map(({ name }) => `"${name}"`)
    .join(', ')
  const statements = [
    'PRAGMA foreign_keys=OFF;',
    `${sql.replace('`users`', '`__new_users`')};`,
    `INSERT INTO \`__new_users\`(${columns}) SELECT ${columns} FROM \`users\`;`,
    ...(change ? [change] : []),
    'DROP TABLE `users`;',
    'ALTER TABLE `__new_users` RENAME TO `users`;',
    'PRAGMA foreign_keys=ON;',
  ]
  writeFileSync(join(folder, 'sqlite/0999_rebuild.sql'), statements.join('--> statement-breakpoint\n'))
  const journal = join(folder, 'sqlite/meta/_journal.json')
  const content = JSON.parse(readFileSync(journal, 'utf8'))
  const entry = { idx: 999, version: '6', when: Date.UTC(2099, 0, 1), tag: '0999_rebuild', breakpoints: true }
  writeFileSync(journal, JSON.stringify({ ...content, entries: [...content.entries, entry] }))
  return { folder, statements }
}

async function databaseInUse() {
  const services = await createTestServices()
  const { user } = await findOwner(services)
  const path = services.config.databasePath ?? ''
  const raw = new Sqlite(path)
  onTestFinished(() => void raw.close())
  return { services, user, path, raw }
}

it('rebuilding a table keeps the rows that refer to it', async () => {
  const { user, path, raw } = await databaseInUse()
  const { folder } = migrationsThatRebuildUsers(raw)
  const upgraded = openSqlite(path, folder)
  expect(await listIdentities(upgraded, { userId: user.userId })).toHaveLength(1)
  expect(await upgraded.schema()).toBe('same')
  await upgraded.close()
  expect(raw.pragma('foreign_key_check')).toEqual([])
})

it('with foreign keys on, the same migration would lose them: this is what the migrator guards against', async () => {
  const { user, raw } = await databaseInUse()
  const { statements } = migrationsThatRebuildUsers(raw)
  raw.pragma('foreign_keys = ON')
  raw.transaction(() => {
    for (const statement of statements) raw.exec(statement)
  })()
  expect(raw.prepare('select count(*) as n from identities where user_id = ?').get(user.userId)).toEqual({ n: 0 })
})

it('a migration that leaves a row without the one it refers to stops the start', async () => {
  const { path, raw } = await databaseInUse()
  const { folder } = migrationsThatRebuildUsers(raw, 'DELETE FROM `__new_users`;')
  expect(() => openSqlite(path, folder)).toThrow(/restore the backup/)
})

it('foreign keys are on after the migrations', async () => {
  const { services } = await databaseInUse()
  const { sql, t } = services.db.handle
  const orphan = { clientId: 'nobody', email: 'a@example.com', addedBy: 'x', createdAt: 0 }
  await expect(async () => sql.insert(t.appTesters).values(orphan)).rejects.toThrow()
})

it.each([
  { dialect: 'sqlite', schema: 'db/schema/sqlite.ts', kit: 'sqlite' },
  { dialect: 'postgres', schema: 'db/schema/postgres.ts', kit: 'postgresql' },
])(
  'the migrations for $dialect make the schema of the program: nothing is left to generate',
  async ({ dialect, schema, kit }) => {
    const folder = temporaryFolder()
    cpSync(join(MIGRATIONS_FOLDER, dialect), folder, { recursive: true })
    const out = relative(PROJECT_FOLDER, folder)
    const args = ['generate', '--dialect', kit, '--schema', schema, '--out', out, '--casing', 'snake_case']
    const { stdout } = await run(process.execPath, ['node_modules/drizzle-kit/bin.cjs', ...args], {
      cwd: PROJECT_FOLDER,
    })
    expect(stdout).toContain('No schema changes')
  },
  120_000,
)
