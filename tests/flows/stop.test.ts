/** A process that is asked to end answers what is in flight, and nothing that is merely open holds it up. */
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { type Program, startProgram } from '~tests/support/process'

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
