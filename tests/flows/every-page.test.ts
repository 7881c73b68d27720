/** Each page of the demo's tenant in a browser: wide and light, narrow and dark. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readConfig } from '~/config'
import { DEMO_PASSWORD } from '~/demo/people'
import { prepareDemo } from '~/demo/seed'
import { openPage } from '~tests/support/chromium'
import { findFreePort } from '~tests/support/free-port'
import { type Look, lookAt, NARROW, problemsOf, WIDE } from '~tests/support/page-problems'
import { type Program, startProgram } from '~tests/support/process'
import { MIGRATIONS_FOLDER } from '~tests/support/tenant-template'

/** Where a crawl begins, and as whom; it follows the links that stay below one of the prefixes. */
const AREAS = [
  {
    area: 'public',
    start: '/',
    signIn: undefined,
    prefixes: ['/docs', '/portal/sign', '/portal/forgot', '/account/sign', '/admin/sign'],
  },
  {
    area: 'portal',
    start: '/portal/apps',
    signIn: { at: '/portal/sign-in', as: 'nadia@northwind.example' },
    prefixes: ['/portal'],
  },
  {
    area: 'admin',
    start: '/admin',
    signIn: { at: '/admin/sign-in', as: 'olga@travelbase.example' },
    prefixes: ['/admin'],
  },
  {
    area: 'account',
    start: '/account',
    signIn: { at: '/account/sign-in', as: 'user1@people.example' },
    prefixes: ['/account'],
  },
]

const LOOKS: [Look, Look] = [
  { viewport: WIDE, colorScheme: 'light' },
  { viewport: NARROW, colorScheme: 'dark' },
]

/** Pages that differ in an id alone are one kind; of each kind two are enough. */
const kindOf = (path: string): string => path.replace(/\/(?=[^/]*[A-Z0-9|%])[^/]{8,}/g, '/:id')
const OF_EACH_KIND = 2

let program: Program

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'portal-flow-'))
  const port = await findFreePort()
  const env = { ISSUER: `http://localhost:${port}/`, REQUIRE_MEMBER_MFA: 'false', LOG_LEVEL: 'warn' }
  const config = readConfig({ ...env, DATABASE_URL: `file:${join(folder, 'data/portal.db')}` })
  await prepareDemo(config, MIGRATIONS_FOLDER, 'http://localhost:1')
  program = await startProgram({ folder, env: { ...env, PORT: String(port), OWNER_EMAIL: '', OWNER_PASSWORD: '' } })
})

afterAll(() => expect(program.stderr()).toBe(''))

async function signIn(page: Page, { at, as }: { at: string; as: string }): Promise<void> {
  await page.goto(at)
  await page.locator('[name="username"]').fill(as)
  await page.locator('[name="password"]').fill(DEMO_PASSWORD)
  await page.locator('form:has([name="password"]) button[type="submit"]:visible').last().click()
  await page.waitForURL((url) => url.pathname !== at)
}

/** The paths of the links of a page that lead into the area. */
async function linksOf(page: Page, prefixes: string[]): Promise<string[]> {
  const hrefs = await page
    .locator('a[href]')
    .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href))
  return hrefs
    .map((href) => new URL(href))
    .filter(
      ({ origin, pathname }) =>
        `${origin}/` === program.issuer && prefixes.some((prefix) => pathname.startsWith(prefix)),
    )
    .map(({ pathname }) => pathname)
}

it.each(AREAS)(
  'every page of the $area area is there, fits and can be used by everybody, wide and light, narrow and dark',
  async ({ start, signIn: person, prefixes }) => {
    const page = await openPage(program, LOOKS[0])
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(`${page.url()} script: ${error.message}`))
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(`${page.url()} console: ${message.text()}`)
    })
    if (person) await signIn(page, person)
    const seen = new Map<string, number>()
    const waiting = [start]
    const visited = new Set<string>()
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      const kind = kindOf(path)
      if (visited.has(path) || (seen.get(kind) ?? 0) >= OF_EACH_KIND) continue
      visited.add(path)
      seen.set(kind, (seen.get(kind) ?? 0) + 1)
      // A page loads in the look of the one before it, and then changes to the other.
      const looks = visited.size % 2 ? LOOKS : LOOKS.toReversed()
      const answer = await page.goto(path, { waitUntil: 'load' })
      if (answer?.status() !== 200) problems.push(`${path} answers ${answer?.status()}`)
      for (const look of looks) {
        await lookAt(page, look)
        const found = await problemsOf(page)
        problems.push(
          ...found.map((problem) => `${path} at ${look.viewport.width} px, ${look.colorScheme}: ${problem}`),
        )
      }
      waiting.push(...(await linksOf(page, prefixes)))
    }
    await page.context().close()
    expect(problems).toEqual([])
    expect(visited.size).toBeGreaterThan(2)
  },
)
