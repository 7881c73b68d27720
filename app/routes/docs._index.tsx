import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { DocsIndex } from '~/docs/docs-index'
import { DOC_SECTIONS } from '~/docs/pages'

export const meta: MetaFunction = () => [{ title: 'Documentation' }]

export async function loader() {
  return { sections: DOC_SECTIONS }
}

export default function Index() {
  return <DocsIndex {...useLoaderData<typeof loader>()} />
}
