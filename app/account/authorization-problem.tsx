import { isRouteErrorResponse, useRouteError } from '@remix-run/react'
import { Hourglass } from 'lucide-react'
import { ErrorPage } from '~/ui/error-page'
import { FocusLayout } from '~/ui/layout'

/** What a page of an authorization shows when it cannot go on. */
export function AuthorizationProblem() {
  const error = useRouteError()
  if (!isRouteErrorResponse(error) || error.data?.problem !== 'expired-request') return <ErrorPage error={error} />
  return (
    <FocusLayout>
      <span className="mb-4 inline-flex size-11 items-center justify-center rounded-full bg-warning-soft text-warning">
        <Hourglass aria-hidden className="size-5" />
      </span>
      <h1 className="mb-2 text-2xl font-semibold tracking-tight">This sign-in has expired</h1>
      <p>Go back to the app and start again.</p>
      <p className="mt-4 border-t border-line pt-4 text-sm text-muted">
        A sign-in lasts an hour, can be answered once, and only in the browser in which it began. If you opened the page
        from a mail or a bookmark, begin in the app instead.
      </p>
    </FocusLayout>
  )
}
