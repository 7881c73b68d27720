/** The operator's command line, beside a program that runs. */
import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { openPage } from '~tests/support/chromium'
import { runPortal } from '~tests/support/portal-command'
import { type Program, startProgram } from '~tests/support/process'

let program: Program

beforeAll(async () => {
  program = await startProgram()
})

/** `npm run portal -- …` with the environment of the program. */
const portal = (...words: string[]) =>
  runPortal({ ISSUER: program.issuer, DATABASE_URL: `file:${join(program.folder, 'data/portal.db')}` }, ...words)

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
  const before = readdirSync(data).filter((name) => name.includes('before-restore')).length
  expect(portal('restore', copy).status).toBe(0)
  expect(portal('restore', copy).status).toBe(0)
  const files = readdirSync(data).filter((name) => name.startsWith('portal.db'))
  expect(files.filter((name) => name.includes('before-restore'))).toHaveLength(before + 2)
  for (const name of files) expect(statSync(join(data, name)).mode & 0o777).toBe(0o600)
  await program.restart()
})

it('prunes the log of what is long ago, and keeps the last weeks', () => {
  expect(portal('log', 'prune', '--before', 'yesterday')).toMatchObject({ status: 1, stderr: /^--before: Use a day/ })
  const today = new Date().toISOString().slice(0, 10)
  expect(portal('log', 'prune', '--before', today)).toMatchObject({ status: 1, stderr: /last 31 days are kept/ })
  expect(portal('log', 'prune', '--before', '2020-01-01').stdout).toBe('Deleted 0 events from before 2020-01-01.\n')
})
