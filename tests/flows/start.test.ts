import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openPage } from '~tests/support/chromium'
import { startProgram } from '~tests/support/process'
import { PROJECT_FOLDER } from '~tests/support/tenant-template'
import { OWNER } from '~tests/support/test-environment'

const get = async (url: string) => {
  const response = await fetch(url, { redirect: 'manual' })
  return { status: response.status, text: await response.text(), headers: response.headers }
}

it('a first start makes its data, says where to go, answers, and ends when it is told to', async () => {
  const program = await startProgram()
  expect(program.stdout()).toMatch(new RegExp(`^owners +${program.url('/admin')}$`, 'm'))
  expect(program.stdout().trimEnd().split('\n').at(-1)).toBe(`ready ${program.issuer}`)
  expect(statSync(join(program.folder, 'data/encryption-key')).mode & 0o777).toBe(0o600)
  expect(existsSync(join(program.folder, 'data/portal.db'))).toBe(true)
  expect(await get(program.url('/healthz'))).toMatchObject({ status: 200 })
  expect(await get(program.url('/readyz'))).toMatchObject({ status: 200 })
  const metadata = JSON.parse((await get(program.url('/.well-known/openid-configuration'))).text)
  expect(metadata).toMatchObject({ issuer: program.issuer })
  expect(await program.stop()).toBe(0)
})

it('without an owner in the environment a start prints a link that makes one', async () => {
  const program = await startProgram({ env: { OWNER_EMAIL: '', OWNER_PASSWORD: '' } })
  const link = /^owners +(\S+)/m.exec(program.stdout())?.[1] ?? ''
  expect(link).toContain(`${program.issuer}admin/set-up?ticket=`)
  const page = await openPage(program)
  await page.goto(link)
  expect(await page.locator('input[name=password]').count()).toBe(1)
})

it('what was stored is there after the process was killed, and nothing is made twice', async () => {
  const program = await startProgram()
  const keys = () => get(program.url('/.well-known/jwks.json')).then(({ text }) => text)
  const before = await keys()
  await program.kill()
  await program.restart()
  expect(await keys()).toBe(before)
  expect(program.stderr()).not.toMatch(/"level":(50|60)/)
})

it('a start without the key of the database ends with a sentence that says what to put back', async () => {
  const program = await startProgram()
  const { folder } = program
  await program.stop()
  rmSync(join(folder, 'data/encryption-key'))
  await expect(startProgram({ folder })).rejects.toThrow(/ENCRYPTION_KEYS: .*put back the encryption-key file/)
})

it('a configuration that cannot be used ends the start with a sentence, before anything is made', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'portal-flow-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  await expect(startProgram({ folder, env: { LOG_LEVEL: 'loud' } })).rejects.toThrow(/cannot be used:\nLOG_LEVEL /)
  expect(existsSync(join(folder, 'data'))).toBe(false)
})

it('what is built is not built again', () => {
  const { stderr } = spawnSync(process.execPath, [join(PROJECT_FOLDER, 'app/start.js')], {
    env: { ...process.env, LOG_LEVEL: 'loud' },
    encoding: 'utf8',
  })
  expect(stderr).toContain('LOG_LEVEL')
  expect(stderr).not.toContain('being built')
})

it('an owner signs in, in a browser, and no secret is in the log', async () => {
  const program = await startProgram({ env: { REQUIRE_MEMBER_MFA: 'false' } })
  const page = await openPage(program)
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  await page.goto('/admin')
  await page.fill('input[name=username]', OWNER.email)
  await page.fill('input[name=password]', OWNER.password)
  await page.click('main form button[type=submit]')
  await page.waitForURL((url) => url.pathname === '/admin')
  expect(await page.locator('h1').textContent()).toBeTruthy()
  expect(problems).toEqual([])
  expect(program.stdout() + program.stderr()).not.toContain(OWNER.password)
})
