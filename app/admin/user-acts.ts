import { redirect } from '@remix-run/node'
import { blockUser, unblockUser } from '~/domain/users/block-user'
import { refusal } from '~/pages/form-answers'
import { DomainError } from '~/platform/errors'
import type { AdminVisit } from './guard'

export async function actOnUser({ ctx, form }: Pick<AdminVisit, 'ctx'> & { form: FormData }, userId: string) {
  const page = `/admin/users/${encodeURIComponent(userId)}`
  try {
    switch (form.get('intent')) {
      case 'block':
        await blockUser(ctx, userId)
        return redirect(`${page}?notice=blocked`)
      case 'unblock':
        await unblockUser(ctx, userId)
        return redirect(`${page}?notice=unblocked`)
      default:
        throw new DomainError('invalid', 'This page does not know what to do with that form. Reload it and try again.')
    }
  } catch (error) {
    return refusal(error, form)
  }
}
