import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type axe from 'axe-core'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** How somebody looks at a page: the size of the window and the colours of their system. */
export type Look = { viewport: { width: number; height: number }; colorScheme: 'light' | 'dark' }

export const WIDE = { width: 1280, height: 900 }
export const NARROW = { width: 390, height: 844 }

/** Changes the look of a page that is open, and waits for the colours that change by degrees. */
export async function lookAt(page: Page, { viewport, colorScheme }: Look): Promise<void> {
  await page.setViewportSize(viewport)
  await page.emulateMedia({ colorScheme })
  // A colour that an element inherits begins to change when that of its parent has changed.
  await page.evaluate(async () => {
    for (let running = document.getAnimations(); running.length > 0; running = document.getAnimations())
      await Promise.allSettled(running.map(({ finished }) => finished))
  })
}

/** What is wrong with a page for somebody who uses a keyboard, a screen reader or a narrow screen. */
export async function problemsOf(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE)
  const results = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run({ resultTypes: ['violations'], preload: false }),
  )
  const serious = results.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  const styled = await page.locator('[style]').count()
  return [
    ...serious.map(({ id, nodes }) => `axe ${id}: ${nodes[0]?.html.slice(0, 160)} ${nodes[0]?.failureSummary}`),
    ...(overflow > 0 ? [`wider than the window by ${overflow} px`] : []),
    ...(styled > 0 ? [`${styled} inline styles, which the content security policy forbids`] : []),
  ]
}
