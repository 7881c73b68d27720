/** The operator's command line, beside a program that runs. */
import { randomBytes } from 'node:crypto'
import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { beforeAll, expect, it } from 'vitest'
import { openPage } from '~tests/support/chromium'
import { runPortal } from '~tests/support/portal-command'
import { type Program, startProgram } from '~tests/support/process'

let program: Program

beforeAll(async () => {
  program = await startProgram()
})

/** `npm run portal -- …` with the environment of the program. */
const environment = () => ({
  ISSUER: program.issuer,
  DATABASE_URL: `file:${join(program.folder, 'data/portal.db')}`,
})
const portal = (...words: string[]) => runPortal(environment(), ...words)

it('makes an owner, who can sign in with the password that it prints', async () => {
  expect(portal('owner', 'create', '--email', 'no address')).toMatchObject({ status: 1, stderr: /^--email: / })
  const { stdout } = portal('owner', 'create', '--email', 'second@example.com', '--name', 'Second')
  const [, password = ''] = /second@example\.com can sign in at \S+admin with the password (\S+)/.exec(stdout) ?? []
  const page = await openPage(program)
  await page.goto(program.url('/admin/sign-in'))
  await page.fill('[name=username]', 'second@example.com')
  await page.fill('[name=password]', password)
  await page.click('button[type=submit]')
  await page.waitForURL(/second-factor/)
})

it('a mistyped path is named, and nothing is made there', () => {
  const folder = join(program.folder, 'mistyped')
  const nowhere = { ...environment(), DATABASE_URL: `file:${join(folder, 'portal.db')}` }
  for (const words of [
    ['check'],
    ['keys', 'rotate'],
    ['log', 'prune', '--before', '2026-01-31'],
    ['backup', 'copy.db'],
  ])
    expect(runPortal(nowhere, ...words)).toMatchObject({
      status: 1,
      stderr: /^DATABASE_URL: there is no database \S+mistyped/,
    })
  expect(existsSync(folder)).toBe(false)
  expect(portal('backup', join(folder, 'copy.db'))).toMatchObject({
    status: 1,
    stderr: /^There is no folder \S+mistyped/,
  })
  writeFileSync(folder, 'a file')
  expect(runPortal(nowhere, 'owner', 'create', '--email', 'x@example.com')).toMatchObject({
    status: 1,
    stderr: /^DATABASE_URL: \S+mistyped is a file/,
  })
})

it('rotates the signing key: another one is published', () => {
  expect(portal('check').stdout).toMatch(/^keys +2 published/m)
  expect(portal('keys', 'rotate').stdout).toMatch(/^The key \S+ signs from /)
  expect(portal('check').stdout).toMatch(/^keys +3 published/m)
})

it('copies the database while the program runs, and puts it back', async () => {
  const copy = join(program.folder, 'copy.db')
  expect(portal('backup', copy)).toMatchObject({ status: 0, stdout: /^Copied to / })
  expect(portal('owner', 'create', '--email', 'third@example.com').status).toBe(0)
  await program.stop()
  expect(portal('restore', copy)).toMatchObject({ status: 0, stdout: /before-restore/ })
  expect(portal('check')).toMatchObject({ status: 0, stdout: /^database +migrated, whole/m })
  expect(portal('owner', 'create', '--email', 'third@example.com').status, 'is not there any more').toBe(0)
  expect(portal('owner', 'create', '--email', 'second@example.com').status, 'is there').toBe(1)
  await program.restart()
})

it('a restore is for the operator alone, keeps what each one replaced, and takes no other file', async () => {
  const copy = join(program.folder, 'public-copy.db')
  const data = join(program.folder, 'data')
  expect(portal('backup', copy).status).toBe(0)
  chmodSync(copy, 0o644)
  const empty = join(program.folder, 'empty.db')
  writeFileSync(empty, '')
  await program.stop()
  expect(portal('restore', empty)).toMatchObject({ status: 1, stderr: /no backup of this program/ })
  writeFileSync(empty, 'a text, and long enough to be looked at as a database of some kind')
  expect(portal('restore', empty)).toMatchObject({ status: 1, stderr: /no backup of this program/ })
  const foreign = join(program.folder, 'foreign.db')
  const other = new Sqlite(foreign)
  other.exec('create table tenant_settings (id text)')
  other.close()
  expect(portal('restore', foreign)).toMatchObject({ status: 1, stderr: /no backup of this program/ })
  const later = join(program.folder, 'later.db')
  copyFileSync(copy, later)
  const newer = new Sqlite(later)
  newer.exec('update __drizzle_migrations set created_at = created_at + 1000000')
  newer.close()
  expect(portal('restore', later)).toMatchObject({ status: 1, stderr: /newer than this program/ })
  const ENCRYPTION_KEYS = Buffer.alloc(32, 1).toString('base64url')
  const withOtherKey = runPortal({ ...environment(), ENCRYPTION_KEYS }, 'restore', copy)
  expect(withOtherKey).toMatchObject({ status: 1, stderr: /^ENCRYPTION_KEYS: .*another key/ })
  const elsewhere = runPortal({ DATABASE_URL: `file:${join(program.folder, 'new/portal.db')}` }, 'restore', copy)
  expect(elsewhere).toMatchObject({ status: 1, stderr: /put the encryption-key file that belongs to the backup/ })
  expect(existsSync(join(program.folder, 'new')), 'no key was made for it').toBe(false)
  const before = readdirSync(data).filter((name) => name.includes('before-restore')).length
  expect(portal('restore', copy).status).toBe(0)
  expect(portal('restore', copy).status).toBe(0)
  const files = readdirSync(data).filter((name) => name.startsWith('portal.db'))
  expect(files.filter((name) => name.includes('before-restore'))).toHaveLength(before + 2)
  for (const name of files) expect(statSync(join(data, name)).mode & 0o777).toBe(0o600)
  await program.restart()
})

it('the encryption key is replaced while the program serves, and a lost one has a way on', async () => {
  const file = join(program.folder, 'data/encryption-key')
  const [first, second, third] = [readFileSync(file, 'utf8').trim(), newKey(), newKey()]
  writeFileSync(file, `${second}\n${first}\n`)
  await program.restart()
  expect(portal('check')).toMatchObject({ status: 0, stdout: /^warning .* stored texts are under the key .* rotate$/m })
  expect(portal('encryption', 'rotate')).toMatchObject({ status: 0, stdout: /^Encrypted [1-9]\d* stored texts/ })
  writeFileSync(file, second)
  await program.restart()
  expect(portal('check')).toMatchObject({ status: 0, stdout: /all can be read$/m })
  writeFileSync(file, third)
  expect(portal('check')).toMatchObject({ status: 1, stderr: /signingKeys\.encryptedPrivateJwk: \d+ of the key/ })
  await expect(program.restart()).rejects.toThrow(/encryption reset --lost/)
  expect(portal('encryption', 'reset')).toMatchObject({ status: 1, stdout: '' })
  expect(portal('encryption', 'reset', '--lost').stdout).toMatch(/signing keys were made anew.*Now start the server/s)
  await program.restart()
  expect(portal('check')).toMatchObject({ status: 0, stdout: /^keys +2 published$/m })
})

const newKey = () => randomBytes(32).toString('base64url')

it('exports the log to a file that only the operator may read, and never over another one', () => {
  const file = join(program.folder, 'events.csv')
  expect(portal('log', 'export', file, '--from', 'yesterday')).toMatchObject({ status: 1, stderr: /^--from: Write a/ })
  expect(portal('log', 'export', join(program.folder, 'none/x')).stderr).toMatch(/^There is no folder \S+none/)
  expect(portal('log', 'export', file, '--format', 'csv')).toMatchObject({ status: 0, stdout: /^Exported to / })
  const text = readFileSync(file, 'utf8')
  expect(text.split('\r\n')[0]).toMatch(/^id,at,action,/)
  expect(text).toContain(',tenant.set-up,')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(portal('log', 'export', file)).toMatchObject({ status: 1, stderr: /is there already/ })
  expect(readFileSync(file, 'utf8')).toBe(text)
})

const tokenOf = (client_id: string, client_secret: string) =>
  fetch(program.url('/oauth/token'), {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      audience: `${program.issuer}api/v2/`,
      client_id,
      client_secret,
    }),
  })

it('makes a program and renews its secret; variables of the first start that name nobody are warned of', async () => {
  const refused = portal('program', 'create', '--name', 'CI', '--scope', 'read:logs', 'read:nothing')
  expect(refused).toMatchObject({ status: 1, stderr: /There is no scope read:nothing/ })
  const made = portal('program', 'create', '--name', 'CI', '--scope', 'read:logs', 'read:clients').stdout
  const [, id = '', secret = ''] = /^client_id +(\S+)\nclient_secret +(\S+)\n$/.exec(made) ?? []
  expect(await (await tokenOf(id, secret)).json()).toMatchObject({ scope: 'read:logs read:clients' })
  expect(portal('program', 'rotate', id, '--overlap', 'long')).toMatchObject({ status: 1, stderr: /^--overlap: / })
  expect(portal('program', 'rotate', 'nobody')).toMatchObject({ status: 1, stderr: /There is no program nobody/ })
  const rotated = portal('program', 'rotate', id, '--overlap', '0').stdout
  const [, renewed = ''] = /^client_secret +(\S+)$/m.exec(rotated) ?? []
  expect([(await tokenOf(id, secret)).status, (await tokenOf(id, renewed)).status]).toEqual([401, 200])

  const warningsWith = (env: Record<string, string>) =>
    [
      ...runPortal({ ...environment(), ...env }, 'check').stdout.matchAll(/^warning +(\w+) and .* first start alone/gm),
    ].map(([, name]) => name)
  const ofToday = { OWNER_EMAIL: 'Second@example.com', OWNER_PASSWORD: 'another one since', MANAGEMENT_CLIENT_ID: id }
  expect(warningsWith({ ...ofToday, MANAGEMENT_CLIENT_SECRET: renewed })).toEqual([])
  const ofNobody = { ...ofToday, OWNER_EMAIL: 'nobody@example.com', MANAGEMENT_CLIENT_SECRET: secret }
  expect(warningsWith(ofNobody)).toEqual(['OWNER_EMAIL', 'MANAGEMENT_CLIENT_ID'])
  await program.restart(ofNobody)
  expect(program.stderr().match(/first start alone/g)).toHaveLength(2)
})

it('prunes the log of what is long ago, and keeps the last weeks', () => {
  expect(portal('log', 'prune', '--before', 'yesterday')).toMatchObject({ status: 1, stderr: /^--before: Use a day/ })
  const today = new Date().toISOString().slice(0, 10)
  expect(portal('log', 'prune', '--before', today)).toMatchObject({ status: 1, stderr: /last 31 days are kept/ })
  expect(portal('log', 'prune', '--before', '2020-01-01').stdout).toBe('Deleted 0 events from before 2020-01-01.\n')
})
