import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { enterAdminPage } from '~/admin/guard'
import { ReviewListView } from '~/admin/review-list-view'
import { reviewQueue } from '~/admin/review-pages'

export const meta: MetaFunction = () => [{ title: 'Reviews – Admin' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx } = await enterAdminPage(args)
  return { queue: await reviewQueue(ctx, 200) }
}

export default function Reviews() {
  return <ReviewListView {...useLoaderData<typeof loader>()} />
}
