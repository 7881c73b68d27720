/**
 * `npm run bench`: CPU time a request of the built server, and the ratio to the bare work, measured in the same run;
 * then again with 100,000 (`--rows N`) more clients, people, grants and refresh tokens, with lists of the Management API.
 * `--seconds N` and `--runs N` make it shorter or longer. The figures are written to `.cache/bench.json` too.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { call, closedLoop, median, percentile } from './load'
import { type ServerProcess, startServer } from './server-process'
import { createBenchTenant, growBenchTenant } from './tenant'
import { listWorkloads, workloads } from './workloads'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    runs: { type: 'string', default: '3' },
    rows: { type: 'string', default: '100000' },
  },
})
const milliseconds = Number(values.seconds) * 1000
const runs = Number(values.runs)
const many = Number(values.rows)
const project = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'bench-'))
const port = 20_000 + (process.pid % 20_000)
const env = { ISSUER: `http://127.0.0.1:${port}/`, DATABASE_URL: `file:${join(folder, 'portal.db')}` }

type Figure = { cpuMs: number; perSecond: number; p50: number; p99: number }

async function measure(server: ServerProcess, step: (connection: number) => Promise<void>): Promise<Figure> {
  await closedLoop(Math.min(1000, milliseconds), step)
  const figures: Figure[] = []
  for (let run = 0; run < runs; run += 1) {
    const before = server.cpuMs()
    const { count, durations } = await closedLoop(milliseconds, step)
    figures.push({
      cpuMs: (server.cpuMs() - before) / count,
      perSecond: (count / milliseconds) * 1000,
      p50: percentile(durations, 0.5),
      p99: percentile(durations, 0.99),
    })
  }
  const of = (name: keyof Figure) => median(figures.map((figure) => figure[name]))
  return { cpuMs: of('cpuMs'), perSecond: of('perSecond'), p50: of('p50'), p99: of('p99') }
}

const round = (value: number, digits = 3) => Number(value.toFixed(digits))

const figuresOf = (ours: Figure, bare: Figure): Row => ({
  'CPU ms': round(ours.cpuMs),
  'limit ms': round(bare.cpuMs),
  'ratio to limit': round(ours.cpuMs / bare.cpuMs, 2),
  'a second': Math.round(ours.perSecond),
  'p50 ms': round(ours.p50, 2),
  'p99 ms': round(ours.p99, 2),
})

const migrations = join(project, 'db/migrations')
const openServer = () =>
  startServer([join(project, 'build/index.js')], {
    cwd: folder,
    env: { ...env, NODE_ENV: 'production', LOG_LEVEL: 'error' },
  })

type Row = Record<string, number | undefined>
const rows: Record<string, Row> = {}

function tell(name: string, row: Row) {
  rows[name] = row
  console.log(name, JSON.stringify(row))
}

try {
  const tenant = await createBenchTenant(env, migrations)
  const started = performance.now()
  let server = await openServer()
  const startMs = performance.now() - started
  const idleMb = server.residentMb()
  const limits = await startServer([
    '--import',
    'tsx',
    join(import.meta.dirname, 'limits-server.ts'),
    join(folder, 'limits.db'),
  ])
  const measureBare = (path: string) =>
    measure(limits, async () => {
      await call(limits.origin, { method: 'GET', path })
    })

  for (const { name, limit, target, prepare } of workloads(tenant)) {
    const bare = await measureBare(limit)
    const ours = await measure(server, await prepare(server.origin))
    tell(name, { ...figuresOf(ours, bare), 'target ms': target })
  }
  const loadedMb = server.residentMb()

  await server.stop()
  await growBenchTenant(env, migrations, many)
  server = await openServer()
  for (const { name, prepare } of workloads(tenant)) {
    const before = rows[name]
    const ours = await measure(server, await prepare(server.origin))
    tell(name, {
      ...before,
      [`with ${many} rows`]: round(ours.cpuMs),
      growth: round(ours.cpuMs / (before?.['CPU ms'] ?? 0), 2),
    })
  }
  for (const { name, limit, prepare } of listWorkloads(tenant, many)) {
    const bare = await measureBare(limit)
    tell(name, figuresOf(await measure(server, await prepare(server.origin)), bare))
  }

  const process = {
    'start to ready ms': Math.round(startMs),
    'resident idle MB': idleMb,
    'resident after load MB': loadedMb,
    'resident at the end MB': server.residentMb(),
  }
  console.table(rows)
  console.log(process)
  mkdirSync(join(project, '.cache'), { recursive: true })
  writeFileSync(join(project, '.cache/bench.json'), `${JSON.stringify({ workloads: rows, process }, null, 2)}\n`)
  await Promise.all([server.stop(), limits.stop()])
} finally {
  rmSync(folder, { recursive: true, force: true })
}
