import type { AppContext } from '~/context'
import { EVENT_OPTIONS, EVENT_WORDS } from './event-words'
import { listEvents } from './events'
import { onePage } from './paging'

const PAGE = 50

/** The audit log, the newest first, narrowed to an app, a person, an organization or a kind of act. */
export async function activityPage(ctx: AppContext, search: URLSearchParams) {
  const given = (name: string) => search.get(name)?.trim().slice(0, 200) || undefined
  const action = given('action')
  const filter = {
    clientId: given('app'),
    userId: given('person'),
    partnerId: given('partner'),
    action: action !== undefined && Object.hasOwn(EVENT_WORDS, action) ? action : undefined,
  }
  const before = given('before')
  const page = onePage(await listEvents(ctx, { ...filter, before }, PAGE + 1), ({ id }) => id, PAGE)
  return { filter, kinds: EVENT_OPTIONS, isFirstPage: before === undefined, events: page.rows, next: page.next }
}
