/** Pages behind the link of a mail: the address holds a ticket, which works for a time and mostly once. */
import { data } from '@remix-run/node'

/** The ticket of an address, empty where it has none. */
export const ticketOf = (address: string): string =>
  new URL(address, 'http://page.invalid').searchParams.get('ticket') ?? ''

/** The page behind a link. Where the link no longer works the page is gone, and itself says how to get another. */
export const pageOfLink = <Page>(page: Page, { isAlive }: { isAlive: boolean }) =>
  data(page, { status: isAlive ? 200 : 410 })
