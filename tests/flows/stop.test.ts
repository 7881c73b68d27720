/** A process that is asked to end answers what is in flight, and nothing that is merely open holds it up. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { findFreePort } from '~tests/support/free-port'
import { type Program, startProgram } from '~tests/support/process'
import { PROJECT_FOLDER } from '~tests/support/tenant-template'
import { OWNER } from '~tests/support/test-environment'

function open(program: Program, sent = ''): Promise<Socket> {
  const socket = connect(Number(new URL(program.issuer).port), '127.0.0.1')
  socket.on('error', () => {})
  onTestFinished(() => void socket.destroy())
  return new Promise((resolve) => socket.once('connect', () => socket.write(sent || '', () => resolve(socket))))
}

const REQUEST = 'GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n'
const HALF =
  'POST /oauth/token HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{'

it('idle, silent and half-sent connections hold up no end', async () => {
  const program = await startProgram()
  await open(program)
  await open(program, REQUEST.slice(0, 10))
  await open(program, HALF)
  await open(program, REQUEST)
  await sleep(100)
  const from = performance.now()
  expect(await program.stop()).toBe(0)
  // The keep-alive of a connection alone is 72 seconds.
  expect(performance.now() - from).toBeLessThan(10_000)
})

it('first says for a while that it ends, and answers meanwhile', async () => {
  const program = await startProgram({ env: { DRAIN_SECONDS: '2' } })
  const ended = program.stop()
  await sleep(300)
  expect((await fetch(program.url('/readyz'))).status).toBe(503)
  const served = await fetch(program.url('/.well-known/openid-configuration'))
  expect(served.status).toBe(200)
  expect(served.headers.get('connection')).toBe('close')
  expect(await ended).toBe(0)
})

it('a second signal ends it at once', async () => {
  const program = await startProgram({ env: { DRAIN_SECONDS: '600' } })
  const ended = program.stop()
  await sleep(200)
  process.kill(program.pid, 'SIGTERM')
  expect(await ended).toBe(1)
})

it('npm hands the signal on to the program, which ends with npm and leaves its port', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'portal-flow-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const port = await findFreePort()
  const npm = spawn('npm', ['start'], {
    cwd: PROJECT_FOLDER,
    env: {
      ...process.env,
      PORT: String(port),
      LOG_LEVEL: 'warn',
      DATABASE_URL: `file:${join(folder, 'portal.db')}`,
      OWNER_EMAIL: OWNER.email,
      OWNER_PASSWORD: OWNER.password,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void npm.kill('SIGKILL'))
  await new Promise<void>((resolve, reject) => {
    let said = ''
    npm.once('exit', () => reject(new Error(`the program ended before it was ready: ${said}`)))
    npm.stdout.on('data', (data) => {
      said += data
      if (said.includes(`ready http://localhost:${port}/`)) resolve()
    })
  })
  const ended = new Promise<number | null>((resolve) => npm.once('exit', resolve))
  npm.kill('SIGTERM')
  expect(await ended).toBe(0)
  await expect(fetch(`http://localhost:${port}/healthz`)).rejects.toThrow()
})

it('a demo whose port is in use ends with a sentence that says what to do', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'portal-flow-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const other = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void other.close())
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  // Of the demo's three ports the third.
  const { status, stderr } = spawnSync(process.execPath, [join(PROJECT_FOLDER, 'build/index.js'), 'demo'], {
    cwd: folder,
    env: { ...process.env, PORT: String(port - 2) },
    encoding: 'utf8',
  })
  expect([status, stderr.trim()]).toEqual([
    1,
    `PORT: another program listens at 127.0.0.1:${port}; end it, or set PORT to another one.`,
  ])
})
