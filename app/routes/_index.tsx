import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { HomeView } from '~/account/home-view'
import { readTenant } from '~/account/tenant'

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data?.tenant.name ?? 'Developer portal' },
  { name: 'description', content: 'Build apps that people can trust with their data.' },
]

export async function loader({ context }: LoaderFunctionArgs) {
  return { tenant: await readTenant(context) }
}

export default function Home() {
  return <HomeView {...useLoaderData<typeof loader>()} />
}
