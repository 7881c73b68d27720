/** What the buttons of a page do: a table of acts, each of which says who may do it. A page does nothing else. */
import type { Clock } from '~/platform/clock'
import { DomainError } from '~/platform/errors'
import { requireFresh } from './fresh'

/** A form, and who sent it from which page. */
export type Sent = {
  ctx: { clock: Clock }
  session: { authenticatedAt: number }
  member?: { role: string }
  form: FormData
  /** The address of the page, with its query. */
  page: string
}

export type Act<Visit, Answer = unknown> = {
  /** Who may do it, of those with access to the page. */
  by: 'owner' | 'everybody'
  /** Whether it takes a sign-in of the last minutes. */
  fresh: boolean
  run: (visit: Visit) => Promise<Answer>
}

/** The acts of a page by the `intent` of its buttons. A form whose button has no name is `send`. */
export type Acts<Visit> = Record<string, Act<Visit>>

/** What a table of acts answers. */
type AnswerOf<Table extends Acts<never>> = Awaited<ReturnType<Table[keyof Table]['run']>>

/**
 * How an area carries acts out.
 * @param signIn its page at which one signs in anew
 * @param refuse its answer to a refusal; rethrows everything else
 */
export const actor =
  <Refused>({ signIn, refuse }: { signIn: string; refuse: (error: unknown, form: FormData) => Refused }) =>
  /** Does what the button says that was pressed, if the page has that act and its sender may do it. */
  async <Visit extends Sent, Table extends Acts<Visit>>(
    visit: Visit,
    acts: Table & Acts<Visit>,
  ): Promise<AnswerOf<Table> | Refused> => {
    const { form, member, page } = visit
    try {
      const intent = String(form.get('intent') ?? 'send')
      const act = Object.hasOwn(acts, intent) ? acts[intent] : undefined
      if (!act) {
        throw new DomainError('invalid', 'This page does not know what to do with that form. Reload it and try again.')
      }
      if (act.by === 'owner' && member?.role !== 'owner') {
        throw new DomainError('not_allowed', 'This is for owners. Ask one of them to do it.')
      }
      if (act.fresh) requireFresh(visit, signIn, page)
      return (await act.run(visit)) as AnswerOf<Table>
    } catch (error) {
      return refuse(error, form)
    }
  }

/** The address that a form was sent to, without what only told of the act before. */
export function pageOf(request: Request): string {
  const { pathname, searchParams } = new URL(request.url)
  for (const name of ['notice', 'done']) searchParams.delete(name)
  return searchParams.size > 0 ? `${pathname}?${searchParams}` : pathname
}
