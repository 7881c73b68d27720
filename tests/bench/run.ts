/**
 * `npm run bench`: CPU time a request of the built server, and its ratio to the best peer and to the bare work, each
 * measured in turn, round by round, in the same run; then of this project again with 100,000 (`--rows N`) more clients,
 * people, grants and refresh tokens, with lists of the Management API. `--postgres` measures it on PostgreSQL too;
 * `--seconds N` and `--rounds N` make it shorter or longer. The figures are written to `.cache/bench.json` as well.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { migratePostgres } from '~db/migrate'
import { findFreePort } from '~tests/support/free-port'
import { startPostgres } from '~tests/support/postgres'
import { call, closedLoop, median, percentile } from './load'
import { openOidcProvider } from './oidc-provider'
import { openPortal } from './portal'
import { type ServerProcess, startServer } from './server-process'
import { machineCall, type Subject } from './subject'
import { listWorkloads, type Workload, workloads } from './workloads'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
    rows: { type: 'string', default: '100000' },
    postgres: { type: 'boolean', default: false },
  },
})
const milliseconds = Number(values.seconds) * 1000
const rounds = Number(values.rounds)
const many = Number(values.rows)
const project = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'bench-'))

type Figure = { cpuMs: number; perSecond: number; p50: number; p99: number }
type Row = Record<string, number | string>

async function measureOnce(server: ServerProcess, step: (connection: number) => Promise<void>): Promise<Figure> {
  await closedLoop(Math.min(1000, milliseconds), step)
  const before = server.cpuMs()
  const { count, durations } = await closedLoop(milliseconds, step)
  return {
    cpuMs: (server.cpuMs() - before) / count,
    perSecond: (count / milliseconds) * 1000,
    p50: percentile(durations, 0.5),
    p99: percentile(durations, 0.99),
  }
}

const measureBare = (bare: ServerProcess, path: string) =>
  measureOnce(bare, async () => {
    await call(bare.origin, { method: 'GET', path })
  })

/** Measures each server in turn at each workload, round by round: a noisy minute hits them alike. */
async function measureInTurn(all: Workload[], subjects: Subject[], bare: ServerProcess) {
  const figures = new Map<string, Figure[]>()
  const add = (label: string, workload: Workload, figure: Figure) => {
    const key = `${label}\n${workload.name}`
    figures.set(key, [...(figures.get(key) ?? []), figure])
  }
  for (let round = 1; round <= rounds; round += 1) {
    for (const workload of all) {
      add('bare', workload, await measureBare(bare, workload.bare))
      for (const subject of subjects) {
        const step = await workload.prepare(subject)
        add(subject.label, workload, await measureOnce(subject.server, step))
      }
      console.log(`round ${round} of ${rounds}: ${workload.name}`)
    }
  }
  const runsOf = (label: string, { name }: Workload) => figures.get(`${label}\n${name}`) ?? []
  return {
    of: (label: string, workload: Workload, name: keyof Figure) =>
      median(runsOf(label, workload).map((figure) => figure[name])),
    /** Of all runs the lowest and the highest, in CPU milliseconds. */
    spread: (label: string, workload: Workload) => {
      const all = runsOf(label, workload).map(({ cpuMs }) => cpuMs)
      return `${rounded(Math.min(...all))} to ${rounded(Math.max(...all))}`
    },
  }
}

type Measured = Awaited<ReturnType<typeof measureInTurn>>

const rounded = (value: number, digits = 3) => Number(value.toFixed(digits))

const ownFigures = (measured: Measured, label: string, workload: Workload): Row => ({
  'CPU ms': rounded(measured.of(label, workload, 'cpuMs')),
  spread: measured.spread(label, workload),
  'bare ms': rounded(measured.of('bare', workload, 'cpuMs')),
  'a second': Math.round(measured.of(label, workload, 'perSecond')),
  'p50 ms': rounded(measured.of(label, workload, 'p50'), 2),
  'p99 ms': rounded(measured.of(label, workload, 'p99'), 2),
})

function besidePeers(measured: Measured, portal: string, peers: string[], workload: Workload): Row {
  const of = (label: string) => measured.of(label, workload, 'cpuMs')
  const best = Math.min(...peers.map(of))
  return {
    ...Object.fromEntries([portal, ...peers].map((label) => [label, rounded(of(label))])),
    'ours / best peer': rounded(of(portal) / best, 2),
  }
}

/** Milliseconds from the start of the process to its first access token. */
async function coldStart(subject: Subject): Promise<number> {
  const before = performance.now()
  await subject.restart()
  await call(subject.server.origin, machineCall(subject))
  return performance.now() - before
}

const results: Record<string, unknown> = {}
function tell(title: string, table: Record<string, Row>) {
  console.log(`\n${title}`)
  console.table(table)
  results[title] = table
}
const tableOf = (all: Workload[], row: (workload: Workload) => Row) =>
  Object.fromEntries(all.map((workload) => [workload.name, row(workload)]))

const open: { close(): Promise<void> }[] = []

async function openPortals() {
  const onSqlite = {
    label: 'this project',
    folder,
    database: `file:${join(folder, 'portal.db')}`,
    port: await findFreePort(),
  }
  const portals = [await openPortal(onSqlite)]
  open.push(...portals.map(({ subject }) => subject))
  if (!values.postgres) return portals
  const postgres = await startPostgres({ settings: [] })
  open.unshift({ close: () => postgres.stop() })
  await postgres.create('bench')
  const database = postgres.url('bench')
  await migratePostgres(database, join(project, 'db/migrations'))
  const onPostgres = await openPortal({
    label: 'this project on PostgreSQL',
    folder,
    database,
    port: await findFreePort(),
  })
  open.push(onPostgres.subject)
  return [...portals, onPostgres]
}

async function openPeers() {
  const inMemory = await openOidcProvider({ label: 'oidc-provider in memory', port: await findFreePort() })
  open.push(inMemory)
  const onSqlite = await openOidcProvider({
    label: 'oidc-provider on SQLite',
    port: await findFreePort(),
    file: join(folder, 'oidc-provider.db'),
  })
  open.push(onSqlite)
  return [inMemory, onSqlite]
}

try {
  const bareServer = join(import.meta.dirname, 'bare-server.ts')
  const bare = await startServer(['--import', 'tsx', bareServer, join(folder, 'bare.db')])
  open.push({ close: () => bare.stop() })
  const portals = await openPortals()
  const peers = await openPeers()
  const subjects = [...portals.map(({ subject }) => subject), ...peers]

  const starts = new Map<Subject, number>()
  for (const { subject } of portals) {
    const times: number[] = []
    for (let run = 0; run < rounds; run += 1) times.push(await coldStart(subject))
    starts.set(subject, Math.round(median(times)))
  }
  const idle = subjects.map(({ server }) => server.residentMb())
  const measured = await measureInTurn(workloads, subjects, bare)
  const process = subjects.map((subject, index): [string, Row] => [
    subject.label,
    {
      'start to first token ms': starts.get(subject) ?? '-',
      'resident idle MB': idle[index] ?? '-',
      'resident after load MB': subject.server.residentMb(),
    },
  ])
  const peerLabels = peers.map(({ label }) => label)
  for (const { subject } of portals) {
    tell(
      `CPU ms a request, ${subject.label} beside its peers`,
      tableOf(workloads, (workload) => besidePeers(measured, subject.label, peerLabels, workload)),
    )
    tell(
      `Figures of ${subject.label}`,
      tableOf(workloads, (workload) => ownFigures(measured, subject.label, workload)),
    )
  }
  tell('Processes', Object.fromEntries(process))

  for (const { subject, tenant, grow } of portals) {
    await grow(many)
    const grown = await measureInTurn([...workloads, ...listWorkloads(tenant, many)], [subject], bare)
    tell(
      `Growth of ${subject.label}, with ${many} more clients, people, grants and refresh tokens`,
      tableOf(workloads, (workload) => ({
        ...ownFigures(grown, subject.label, workload),
        growth: rounded(grown.of(subject.label, workload, 'cpuMs') / measured.of(subject.label, workload, 'cpuMs'), 2),
      })),
    )
    tell(
      `Lists of ${subject.label}, with ${many} rows`,
      tableOf(listWorkloads(tenant, many), (workload) => ownFigures(grown, subject.label, workload)),
    )
  }
  mkdirSync(join(project, '.cache'), { recursive: true })
  writeFileSync(join(project, '.cache/bench.json'), `${JSON.stringify(results, null, 2)}\n`)
} finally {
  for (const each of open.reverse()) await each.close()
  rmSync(folder, { recursive: true, force: true })
}
