/** The page behind the mail that tells of accounts that an app has linked or unlinked: it asks, and its button undoes it. */
import { redirect } from '@remix-run/node'
import type { AppContext } from '~/context'
import { nameOf } from '~/domain/identities/carry-out-change'
import { findUndoable, undoChange } from '~/domain/identities/undo-change'
import { describeRefusal } from '~/pages/form-answers'
import { findClient } from '~db/queries/clients'
import { findUser } from '~db/queries/users'

export type UndoPage =
  | { state: 'asks'; change: 'link' | 'unlink'; account: string; other: string; app: string | null; at: number }
  | { state: 'undone' }
  | { state: 'dead'; refusal: string }

const DONE = 'done'

/** What somebody sees who follows the link, or whose browser or mail program does: nothing changes by it. */
export async function undoPage(ctx: AppContext, ticket: string): Promise<UndoPage> {
  if (ticket === DONE) return { state: 'undone' }
  try {
    const { row, user } = await findUndoable(ctx, ticket)
    const { change, kept, subject, createdAt, doneAt } = row
    const unlinked = kept?.user ?? (await findUser(ctx.db, subject))
    const other = unlinked ? nameOf(unlinked) : subject
    const app = (await findClient(ctx.db, row.clientId))?.name ?? null
    return { state: 'asks', change, account: nameOf(user), other, app, at: doneAt ?? createdAt }
  } catch (error) {
    return { state: 'dead', refusal: describeRefusal(error).message }
  }
}

/** Undoes it, and leads to a page without the link. A refusal leads nowhere: its page says why. */
export async function undo(ctx: AppContext, ticket: string) {
  await undoChange(ctx, ticket)
  return redirect(`/account/undo-linking?ticket=${DONE}`, { status: 303 })
}
