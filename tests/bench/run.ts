/**
 * `npm run bench`: CPU time a request of the built server, and the ratio to the bare work, measured in the same run.
 * `--seconds N` and `--runs N` make it shorter or longer. The figures are written to `.cache/bench.json` too.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { call, closedLoop, median, percentile } from './load'
import { type ServerProcess, startServer } from './server-process'
import { createBenchTenant } from './tenant'
import { workloads } from './workloads'

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '3' }, runs: { type: 'string', default: '3' } },
})
const milliseconds = Number(values.seconds) * 1000
const runs = Number(values.runs)
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

try {
  const tenant = await createBenchTenant(env, join(project, 'db/migrations'))
  const started = performance.now()
  const server = await startServer([join(project, 'build/index.js')], {
    cwd: folder,
    env: { ...env, NODE_ENV: 'production', LOG_LEVEL: 'error' },
  })
  const startMs = performance.now() - started
  const idleMb = server.residentMb()
  const limits = await startServer([
    '--import',
    'tsx',
    join(import.meta.dirname, 'limits-server.ts'),
    join(folder, 'limits.db'),
  ])
  const rows: Record<string, Record<string, number>> = {}
  for (const { name, limit, target, prepare } of workloads(tenant)) {
    const bare = await measure(limits, async () => {
      await call(limits.origin, { method: 'GET', path: limit })
    })
    const ours = await measure(server, await prepare(server.origin))
    rows[name] = {
      'CPU ms': round(ours.cpuMs),
      'limit ms': round(bare.cpuMs),
      'ratio to limit': round(ours.cpuMs / bare.cpuMs, 2),
      'target ms': target,
      'a second': Math.round(ours.perSecond),
      'p50 ms': round(ours.p50, 2),
      'p99 ms': round(ours.p99, 2),
    }
    console.log(name, JSON.stringify(rows[name]))
  }
  const process = {
    'start to ready ms': Math.round(startMs),
    'resident idle MB': idleMb,
    'resident after load MB': server.residentMb(),
  }
  console.table(rows)
  console.log(process)
  mkdirSync(join(project, '.cache'), { recursive: true })
  writeFileSync(join(project, '.cache/bench.json'), `${JSON.stringify({ workloads: rows, process }, null, 2)}\n`)
  await Promise.all([server.stop(), limits.stop()])
} finally {
  rmSync(folder, { recursive: true, force: true })
}
