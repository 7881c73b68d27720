import type { AppContext } from '~/context'
import { listEvents } from './events'
import { onePage } from './paging'

const PAGE = 50

/** The audit log, the newest first, narrowed to an app, a person, an organization or a kind of act. */
export async function activityPage(ctx: AppContext, search: URLSearchParams) {
  const given = (name: string) => search.get(name)?.trim().slice(0, 200) || undefined
  const filter = {
    clientId: given('app'),
    userId: given('person'),
    partnerId: given('partner'),
    action: given('action'),
  }
  const before = given('before')
  const page = onePage(await listEvents(ctx, { ...filter, before }, PAGE + 1), ({ id }) => id, PAGE)
  return { filter, isFirstPage: before === undefined, events: page.rows, next: page.next }
}
