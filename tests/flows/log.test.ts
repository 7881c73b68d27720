/** The log of a running process: who reads it finds each request, and a log that cannot be written holds up nothing. */
import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { type Program, startProgram } from '~tests/support/process'

const SECRET = 'what-nobody-may-read-in-a-log'

/** A token request that is refused, and so leaves a line. */
const refused = (program: Program, headers: Record<string, string> = {}) =>
  fetch(program.url(`/oauth/token?state=${SECRET}`), {
    method: 'POST',
    headers,
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'management', client_secret: SECRET }),
    signal: AbortSignal.timeout(5_000),
  })

type Line = Record<string, unknown>
const linesOf = (program: Program): Line[] =>
  program
    .stderr()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))

const withManagement = {
  MANAGEMENT_CLIENT_ID: 'management',
  MANAGEMENT_CLIENT_SECRET: 'management-secret-of-the-test-tenant',
}

it('a refusal names its client, its endpoint, its cause and its network, and the answer names its line', async () => {
  const program = await startProgram({ env: { ...withManagement, LOG_LEVEL: 'debug' } })
  const answer = await refused(program)
  expect(answer.status).toBe(401)
  const requestId = answer.headers.get('x-request-id')
  expect(requestId).toBeTruthy()
  await sleep(200)
  const lines = linesOf(program).filter((line) => line.requestId === requestId)
  expect(lines.find(({ msg }) => msg === 'a request was refused')).toMatchObject({
    level: 30,
    endpoint: '/oauth/token',
    clientId: 'management',
    error: 'invalid_client',
    network: '127.0.0.1',
  })
  expect(lines.find(({ msg }) => msg === 'a request was answered')).toMatchObject({
    level: 20,
    method: 'POST',
    path: '/oauth/token',
    status: 401,
  })
  expect(program.stderr()).not.toContain(SECRET)
})

it('on a full disk requests are answered and the process ends', async () => {
  const log = openSync('/dev/full', 'w')
  const program = await startProgram({ log })
  closeSync(log)
  for (let round = 0; round < 20; round += 1) expect((await refused(program)).status).toBe(401)
  expect(await program.stop()).toBe(0)
})

it('so they are when the reader of the log has gone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'portal-flow-'))
  const pipe = join(folder, 'log')
  execFileSync('mkfifo', [pipe])
  const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK)
  const log = openSync(pipe, constants.O_WRONLY)
  const program = await startProgram({ folder, log })
  closeSync(log)
  closeSync(reader)
  for (let round = 0; round < 20; round += 1) expect((await refused(program)).status).toBe(401)
  expect(await program.stop()).toBe(0)
})
