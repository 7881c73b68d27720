import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { referenceOf } from '~/docs/api-reference'
import { ApiResources } from '~/docs/api-view'
import { DocArticle } from '~/docs/docs-layout'
import { readDocPage } from '~/docs/pages'
import { openApiDocument } from '~/management/openapi'
import { resourceEndpoints } from '~/management/routes'

export const meta: MetaFunction = () => [{ title: 'Management API – Documentation' }]

export async function loader({ context: { config } }: LoaderFunctionArgs) {
  const page = await readDocPage('api', config)
  if (!page) throw new Error('the introduction to the Management API is missing')
  const tags = referenceOf(openApiDocument(config.issuer, resourceEndpoints))
  return { page, tags: tags.map(({ slug, title, operations }) => ({ slug, title, count: operations.length })) }
}

export default function ManagementApi() {
  const { page, tags } = useLoaderData<typeof loader>()
  return (
    <DocArticle {...page}>
      <ApiResources tags={tags} />
    </DocArticle>
  )
}
