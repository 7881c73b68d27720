import { randomBytes } from 'node:crypto'
import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { inject } from 'vitest'
import { scratchFolder } from './scratch-folder'

/** What the set-up of a vitest project hands to its tests: where fresh databases come from. */
export type TestDatabaseSource =
  | { dialect: 'sqlite'; tenantFile: string }
  | { dialect: 'postgres'; serverUrl: string; emptyTemplate: string; tenantTemplate: string }

declare module 'vitest' {
  interface ProvidedContext {
    testDatabase: TestDatabaseSource
  }
}

export type TestDatabase = { url: string; drop(): Promise<void> }

/**
 * A database of its own: `tenant` holds what a first start makes, `empty` only the tables. In the vitest project
 * `postgres` it is a clone of a template on the run's server, else a SQLite file.
 */
export async function createTestDatabase(content: 'empty' | 'tenant'): Promise<TestDatabase> {
  const source = inject('testDatabase')
  if (source.dialect === 'sqlite') {
    const folder = scratchFolder('test')
    const path = join(folder, 'portal.db')
    if (content === 'tenant') copyFileSync(source.tenantFile, path)
    return { url: `file:${path}`, drop: async () => rmSync(folder, { recursive: true }) }
  }
  const name = `test_${randomBytes(8).toString('hex')}`
  const template = content === 'tenant' ? source.tenantTemplate : source.emptyTemplate
  // Its files are copied as they are: a quarter of the work that copying page by page through the log takes.
  await runOnServer(source.serverUrl, `create database ${name} template ${template} strategy file_copy`)
  return atServer(source.serverUrl, name)
}

/** One that nobody has migrated. */
export async function createDatabaseWithoutTables(): Promise<TestDatabase> {
  const source = inject('testDatabase')
  if (source.dialect === 'sqlite') return createTestDatabase('empty')
  const name = `test_${randomBytes(8).toString('hex')}`
  await runOnServer(source.serverUrl, `create database ${name}`)
  return atServer(source.serverUrl, name)
}

function atServer(serverUrl: string, name: string): TestDatabase {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => runOnServer(serverUrl, `drop database ${name} with (force)`) }
}

async function runOnServer(serverUrl: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
