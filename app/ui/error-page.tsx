import { isRouteErrorResponse, useRouteLoaderData } from '@remix-run/react'
import { ButtonLink } from './button'
import { FocusLayout } from './layout'
import { PageHeader } from './page-header'

const WORDS: Record<number, { title: string; advice: string }> = {
  400: { title: 'That request was not complete', advice: 'Go back and try again.' },
  403: { title: 'You cannot do that here', advice: 'Go back, or sign in with an account that may.' },
  404: { title: 'There is no such page', advice: 'Check the address, or begin at the start page.' },
  405: { title: 'That is not possible here', advice: 'Go back and try again.' },
  410: { title: 'This link no longer works', advice: 'Ask for a new one.' },
  429: { title: 'Too many attempts', advice: 'Wait some minutes, then try again.' },
  503: { title: 'Too much is going on', advice: 'Try again in a few seconds.' },
}
const UNKNOWN = {
  title: 'Something went wrong here',
  advice: 'Try again. If it stays, tell the people who run this site, with the request id.',
}

const wordsFor = (error: unknown) => (isRouteErrorResponse(error) ? (WORDS[error.status] ?? UNKNOWN) : UNKNOWN)

export const errorTitle = (error: unknown): string => wordsFor(error).title

/** The router's own messages begin with `Error:`, and a bare code is no sentence. */
const isForReaders = (said: string) => said.includes(' ') && !said.startsWith('Error:')

type Way = { to: string; label: string }

/** What a person sees instead of a page: what happened, and what to do next. */
export function ErrorPage({ error }: { error: unknown }) {
  return (
    <FocusLayout title={errorTitle(error)}>
      <WhatHappened error={error} wayOn={{ to: '/', label: 'Go to the start page' }} />
    </FocusLayout>
  )
}

/** The same, where the rest of an area can stay around it. */
export function ErrorInArea({ error, wayOn }: { error: unknown; wayOn: Way }) {
  return (
    <>
      <PageHeader title={errorTitle(error)} />
      <WhatHappened error={error} wayOn={wayOn} />
    </>
  )
}

function WhatHappened({ error, wayOn }: { error: unknown; wayOn: Way }) {
  const root = useRouteLoaderData<{ requestId: string }>('root')
  const status = isRouteErrorResponse(error) ? error.status : 500
  const said = isRouteErrorResponse(error) && status < 500 && typeof error.data === 'string' ? error.data : ''
  return (
    <>
      <p className="text-muted">{isForReaders(said) ? said : wordsFor(error).advice}</p>
      {status >= 500 && root?.requestId ? (
        <p className="mt-4 text-sm text-muted">
          Request id: <code className="font-mono break-all">{root.requestId}</code>
        </p>
      ) : null}
      <div className="mt-6">
        <ButtonLink to={wayOn.to} variant="secondary" reloadDocument>
          {wayOn.label}
        </ButtonLink>
      </div>
    </>
  )
}
