import type { Page } from 'playwright-core'
import type { PageAnswer, PageRoute, Visitor } from './visitor'

/** Opens the link of a verification mail, presses the button, and goes where that leads. */
export async function confirmByLink(visitor: Visitor, route: PageRoute, link: string): Promise<PageAnswer> {
  const opened = await visitor.load(route, link)
  if (opened.status !== 200) return opened
  const pressed = await visitor.send(route, link, { intent: 'confirm' })
  return pressed.location?.startsWith('/account/verify-email') ? visitor.load(route, pressed.location) : pressed
}

/** The same in a browser. */
export async function confirmByPage(page: Page, link: string): Promise<void> {
  await page.goto(link)
  await page.locator('button[name="intent"][value="confirm"]').click()
}
