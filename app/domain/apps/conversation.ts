import type { AppContext } from '~/context'
import { listMessageSlice } from '~db/queries/app-list'
import type { ReviewMessage } from '~db/queries/apps'

/** So much of it somebody reads at once. */
const PAGE = 50

type Conversation = { messages: ReviewMessage[]; earlier: string | null; isEnd: boolean }

/**
 * A page of the conversation about an app, the oldest message first: its end, or what was said before a message.
 * @param before the `earlier` of another page; what is none leads to the end
 * @returns `earlier`: names the page before this one, null where there is none
 */
export async function readConversation(
  { db }: Pick<AppContext, 'db'>,
  clientId: string,
  before: string | null,
): Promise<Conversation> {
  const [, createdAt, id] = before?.match(/^(\d{1,15})\.([\w-]{1,100})$/) ?? []
  const after = createdAt && id ? [Number(createdAt), id] : undefined
  const newest = await listMessageSlice(db, clientId, { after, skip: 0, limit: PAGE + 1 }, 'descending')
  const messages = newest.slice(0, PAGE).reverse()
  const [first] = messages
  const hasEarlier = newest.length > PAGE && first !== undefined
  return { messages, earlier: hasEarlier ? `${first.createdAt}.${first.id}` : null, isEnd: after === undefined }
}

/** What is shown of it. Each side says who of the other it names. */
export const shownConversation = (
  { messages, ...pages }: Conversation,
  authorOf: (message: ReviewMessage) => string,
) => ({
  ...pages,
  messages: messages.map((written) => ({
    id: written.id,
    act: written.act,
    message: written.message,
    side: written.authorSide,
    author: authorOf(written),
    createdAt: written.createdAt,
  })),
})
