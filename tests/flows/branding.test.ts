/** An owner gives the pages of end users a look: in light and dark, wide and narrow, they wear it and can be read. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { readConfig } from '~/config'
import { DEMO_PASSWORD } from '~/demo/people'
import { prepareDemo } from '~/demo/seed'
import { openPage } from '~tests/support/chromium'
import { findFreePort } from '~tests/support/free-port'
import { problemsOf } from '~tests/support/page-problems'
import { type Program, startProgram } from '~tests/support/process'
import { MIGRATIONS_FOLDER } from '~tests/support/tenant-template'

const LOGO = 'https://cdn.example.com/logo.svg'
const PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="36"><rect width="120" height="36"/></svg>'
const WIDE = { width: 1280, height: 900 }
const NARROW = { width: 390, height: 844 }

let program: Program

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'portal-flow-'))
  const port = await findFreePort()
  const env = { ISSUER: `http://localhost:${port}/`, REQUIRE_MEMBER_MFA: 'false', LOG_LEVEL: 'warn' }
  const config = readConfig({ ...env, DATABASE_URL: `file:${join(folder, 'data/portal.db')}` })
  await prepareDemo(config, MIGRATIONS_FOLDER, 'http://localhost:1')
  program = await startProgram({ folder, env: { ...env, PORT: String(port) } })
})

it.each([
  { primary: '#ffd400', ground: '#102030', text: 'rgb(0, 0, 0)' },
  { primary: '#3a1078', ground: '#f7f0e6', text: 'rgb(255, 255, 255)' },
])('$primary on $ground', async ({ primary, ground, text }) => {
  const owner = await openPage(program, { viewport: WIDE })
  await owner.goto('/admin/sign-in?continue=%2Fadmin%2Fsettings%2Fbranding')
  await owner.locator('[name="username"]').fill('olga@travelbase.example')
  await owner.locator('[name="password"]').fill(DEMO_PASSWORD)
  await owner.locator('form:has([name="password"]) button[type="submit"]').last().click()
  await owner.waitForURL('**/admin/settings/branding')
  await owner.locator('[name="primary"]').fill(primary)
  await owner.locator('[name="page_background"]').fill(ground)
  await owner.locator('[name="logo_url"]').fill(LOGO)
  await owner.getByRole('button', { name: 'Save' }).click()
  await owner.getByText('The settings were saved.').waitFor()
  expect(await problemsOf(owner)).toEqual([])

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const viewport of [WIDE, NARROW]) {
      const page = await openPage(program, { viewport, colorScheme })
      const errors: string[] = []
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
      await page.route(LOGO, (route) => route.fulfill({ contentType: 'image/svg+xml', body: PICTURE }))
      await page.goto('/account/sign-in')
      const button = page.getByRole('button', { name: 'Sign in' })
      const worn = await button.evaluate((element) => {
        const { backgroundColor, color } = getComputedStyle(element)
        return { backgroundColor, color, ground: getComputedStyle(document.body).backgroundColor }
      })
      expect(worn).toEqual({ backgroundColor: rgb(primary), color: text, ground: rgb(ground) })
      const logo = page.locator(`img[src="${LOGO}"]`)
      expect(await logo.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(120)
      expect(await problemsOf(page), `${colorScheme} ${viewport.width}`).toEqual([])
      expect(errors).toEqual([])
    }
  }
})

const rgb = (hex: string): string =>
  `rgb(${[1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join(', ')})`
