import type { LinksFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { Links, Meta, Outlet, Scripts, ScrollRestoration, useRouteError } from '@remix-run/react'
import type { ReactNode } from 'react'
import { createFormToken } from './platform/form-token'
import stylesHref from './styles.css'
import { ErrorPage, errorTitle } from './ui/error-page'
import { useNonce } from './ui/nonce'

export const links: LinksFunction = () => [
  { rel: 'stylesheet', href: stylesHref },
  { rel: 'icon', href: '/favicon.svg', type: 'image/svg+xml' },
]

/** Of a page that gives itself no title, and of one that failed. */
export const meta: MetaFunction = ({ error }) => [{ title: error ? errorTitle(error) : 'Developer portal' }]

export async function loader({ context }: LoaderFunctionArgs) {
  return { formToken: createFormToken(context.encryption, context.request.visitorId), requestId: context.request.id }
}

function Document({ children }: { children: ReactNode }) {
  const nonce = useNonce()
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <Meta />
        <Links />
      </head>
      <body>
        {children}
        <ScrollRestoration nonce={nonce} />
        <Scripts nonce={nonce} />
      </body>
    </html>
  )
}

export default function Root() {
  return (
    <Document>
      <Outlet />
    </Document>
  )
}

export function ErrorBoundary() {
  return (
    <Document>
      <ErrorPage error={useRouteError()} />
    </Document>
  )
}
