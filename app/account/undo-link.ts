/** The page behind the mail that tells of accounts that were linked or unlinked: it asks, and its button undoes it. */
import { redirect } from '@remix-run/node'
import type { AppContext } from '~/context'
import { nameOf, nameOfIdentity, profileOfIdentity, subjectOf } from '~/domain/identities/identity-profile'
import { findUndoable, undoChange } from '~/domain/identities/undo-change'
import { describeRefusal } from '~/pages/form-answers'
import { findClient } from '~db/queries/clients'
import type { IdentityChange } from '~db/queries/identity-changes'
import { findUser, listIdentities } from '~db/queries/users'

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
    const { change, createdAt, doneAt } = row
    const [other, app] = [await nameOfOther(ctx, row), await nameOfApp(ctx, row)]
    return { state: 'asks', change, account: nameOf(user), other, app, at: doneAt ?? createdAt }
  } catch (error) {
    return { state: 'dead', refusal: describeRefusal(error).message }
  }
}

/** The way to sign in that is linked now, or is an account of its own. */
async function nameOfOther(ctx: AppContext, { change, userId, kept, subject }: IdentityChange): Promise<string> {
  const holder = await findUser(ctx.db, change === 'link' ? userId : subject)
  const identities = holder ? await listIdentities(ctx.db, { userId: holder.userId }) : []
  const identity = identities.find((one) => subjectOf(one) === subject)
  if (holder && identity) return nameOfIdentity(ctx, identity, profileOfIdentity(holder, identity))
  return kept ? nameOf(kept.user) : subject
}

/** None for what a person did on their own page. */
async function nameOfApp(ctx: AppContext, { clientId }: IdentityChange): Promise<string | null> {
  if (clientId === null) return null
  return (await findClient(ctx.db, clientId))?.name ?? 'An app that is deleted'
}

/** Undoes it, and leads to a page without the link. A refusal leads nowhere: its page says why. */
export async function undo(ctx: AppContext, ticket: string) {
  await undoChange(ctx, ticket)
  return redirect(`/account/undo-linking?ticket=${DONE}`, { status: 303 })
}
