import type { LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { AccountFrame } from '~/account/account-frame'
import { accountFrame } from '~/account/account-pages'
import { enterAccountPage } from '~/account/guard'

export async function loader(args: LoaderFunctionArgs) {
  return accountFrame(await enterAccountPage(args))
}

export default function Account() {
  return <AccountFrame {...useLoaderData<typeof loader>()} />
}
