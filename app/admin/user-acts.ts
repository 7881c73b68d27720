import { redirect } from '@remix-run/node'
import { blockUser, unblockUser } from '~/domain/users/block-user'
import type { Acts } from '~/pages/acts'
import type { AdminForm } from './guard'

/** A form of the page of a person. */
type UserForm = AdminForm & { userId: string }

export const userActs = {
  block: { by: 'owner', fresh: true, run: block },
  unblock: { by: 'owner', fresh: true, run: unblock },
} satisfies Acts<UserForm>

async function block({ ctx, userId }: UserForm) {
  await blockUser(ctx, userId)
  return redirect(`/admin/users/${encodeURIComponent(userId)}?notice=blocked`)
}

async function unblock({ ctx, userId }: UserForm) {
  await unblockUser(ctx, userId)
  return redirect(`/admin/users/${encodeURIComponent(userId)}?notice=unblocked`)
}
