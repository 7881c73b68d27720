import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { isRouteErrorResponse, useLoaderData, useRouteError } from '@remix-run/react'
import { DocArticle, MissingPage } from '~/docs/docs-layout'
import { readDocPage } from '~/docs/pages'

export const meta: MetaFunction<typeof loader> = ({ data }) =>
  data
    ? [{ title: `${data.page.title} – Documentation` }, { name: 'description', content: data.page.summary }]
    : [{ title: 'Documentation' }]

export async function loader({ params, context }: LoaderFunctionArgs) {
  const found = await readDocPage(params.page, { issuer: context.config.issuer })
  if (!found) throw new Response('There is no such page in the documentation.', { status: 404 })
  return found
}

export default function Page() {
  return <DocArticle {...useLoaderData<typeof loader>()} />
}

export function ErrorBoundary() {
  const error = useRouteError()
  if (!isRouteErrorResponse(error)) throw error
  return <MissingPage />
}
