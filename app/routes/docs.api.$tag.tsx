import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { isRouteErrorResponse, useLoaderData, useRouteError } from '@remix-run/react'
import { referenceOf } from '~/docs/api-reference'
import { ApiTag } from '~/docs/api-view'
import { MissingPage } from '~/docs/docs-layout'
import { openApiDocument } from '~/management/openapi'
import { resourceEndpoints } from '~/management/routes'

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `${data.tag.title} – Management API` : 'Management API' },
]

export async function loader({ params, context: { config } }: LoaderFunctionArgs) {
  const tags = referenceOf(openApiDocument(config.issuer, resourceEndpoints))
  const tag = tags.find(({ slug }) => slug === params.tag)
  if (!tag) throw new Response('The API has no such resource.', { status: 404 })
  return { tag }
}

export default function ManagementApiResource() {
  return <ApiTag {...useLoaderData<typeof loader>()} />
}

export function ErrorBoundary() {
  const error = useRouteError()
  if (!isRouteErrorResponse(error)) throw error
  return <MissingPage />
}
