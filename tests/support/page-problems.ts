import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type axe from 'axe-core'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What is wrong with a page for somebody who uses a keyboard, a screen reader or a narrow screen. */
export async function problemsOf(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  const results = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run({ resultTypes: ['violations'], preload: false }),
  )
  const serious = results.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  const styled = await page.locator('[style]').count()
  return [
    ...serious.map(({ id, nodes }) => `axe ${id}: ${nodes[0]?.html.slice(0, 160)}`),
    ...(overflow > 0 ? [`wider than the window by ${overflow} px`] : []),
    ...(styled > 0 ? [`${styled} inline styles, which the content security policy forbids`] : []),
  ]
}
