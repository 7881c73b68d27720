import type { AppContext } from '~/context'
import { newSortableId } from '~/platform/ids'
import type { Write } from '~db/database'
import { insertReviewMessage, type ReviewMessage } from '~db/queries/apps'

/** The write that adds a partner's words to the conversation of a review. */
export function partnerMessage(
  ctx: Pick<AppContext, 'clock' | 'actor'>,
  { clientId, versionId }: { clientId: string; versionId: string },
  act: ReviewMessage['act'],
  message: string,
): Write {
  const now = ctx.clock.now()
  return insertReviewMessage({
    id: newSortableId(now),
    clientId,
    versionId,
    authorId: 'id' in ctx.actor ? ctx.actor.id : ctx.actor.type,
    authorSide: 'partner',
    act,
    message,
    createdAt: now,
  })
}
