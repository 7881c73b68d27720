/** The log of a running process: who reads it finds each request, and a log that cannot be written holds up nothing. */
import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { startMailServer } from '~tests/support/mail-server'
import { runPortal } from '~tests/support/portal-command'
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
  expect(lines.find(({ msg }) => msg === 'a request is over')).toMatchObject({
    level: 20,
    method: 'POST',
    path: '/oauth/token',
    status: 401,
  })
  expect(program.stderr()).not.toContain(SECRET)
})

it('a mail is found by its recipient, whose address is in no line, whatever the mail server answers', async () => {
  const server = await startMailServer()
  const program = await startProgram({ env: { ...withManagement, SMTP_URL: server.url } })
  const send = async (path: string, body: object, more: Record<string, string> = {}) => {
    const headers = { 'content-type': 'application/json', ...more }
    const answer = await fetch(program.url(path), { method: 'POST', headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(await answer.text())
    return (await answer.json()) as { access_token: string }
  }
  const { access_token } = await send('/oauth/token', {
    grant_type: 'client_credentials',
    client_id: 'management',
    client_secret: withManagement.MANAGEMENT_CLIENT_SECRET,
    audience: `${program.issuer}api/v2/`,
  })
  const authorization = { authorization: `Bearer ${access_token}` }
  const connection = 'Username-Password-Authentication'
  const signUp = (email: string) =>
    send('/api/v2/users', { connection, email, password: 'correct horse 7 battery', verify_email: true }, authorization)
  const lineOf = async (email: string, msg: RegExp) => {
    const environment = { ISSUER: program.issuer, DATABASE_URL: `file:${join(program.folder, 'data/portal.db')}` }
    const recipient = runPortal(environment, 'mail', 'recipient', email.toUpperCase()).stdout.trim()
    expect(recipient).toMatch(/^[\w-]{16}$/)
    await expect
      .poll(() => linesOf(program).find((line) => line.recipient === recipient), { timeout: 60_000 })
      .toMatchObject({ msg })
  }
  await signUp('First.Person@example.com')
  await lineOf('first.person@example.com', /^a mail was sent$/)
  server.answers = '550 5.1.1 <SECOND.person@example.com>: no such mailbox'
  await signUp('second.person@example.com')
  await lineOf('second.person@example.com', /^a mail was given up$/)
  expect(program.stderr()).toContain('the recipient>: no such mailbox')
  expect(program.stderr()).not.toMatch(/(first|second)\.person/i)
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
