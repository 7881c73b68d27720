import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { enterAccountPublicPage } from '~/account/guard'
import { answerProviderCallback } from '~/account/provider-callback'
import { ProviderProblemView } from '~/account/provider-problem-view'

export { AuthorizationProblem as ErrorBoundary } from '~/account/authorization-problem'

export const meta: MetaFunction = () => [{ title: 'Signing in at another site' }]

export async function loader(args: LoaderFunctionArgs) {
  return answerProviderCallback(enterAccountPublicPage(args), args.request)
}

export default function LoginCallback() {
  return <ProviderProblemView {...useLoaderData<typeof loader>()} />
}
