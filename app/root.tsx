import type { LinksFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import {
  Links,
  Meta,
  Outlet,
  Scripts,
  ScrollRestoration,
  useLocation,
  useRouteError,
  useRouteLoaderData,
} from '@remix-run/react'
import type { ReactNode } from 'react'
import { readBrand } from './account/brand'
import { pageFormToken } from './pages/form-token'
import stylesHref from './styles.css'
import { isBranded } from './ui/branded'
import { ErrorPage, errorTitle } from './ui/error-page'
import { useNonce } from './ui/nonce'

export const links: LinksFunction = () => [{ rel: 'stylesheet', href: stylesHref }]

/** Of a page that gives itself no title, and of one that failed. */
export const meta: MetaFunction = ({ error }) => [{ title: error ? errorTitle(error) : 'Developer portal' }]

export async function loader({ context }: LoaderFunctionArgs) {
  return {
    formToken: await pageFormToken(context),
    requestId: context.request.id,
    brand: await readBrand(context),
  }
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
        <Brand />
      </head>
      <body>
        {children}
        <ScrollRestoration nonce={nonce} />
        <Scripts nonce={nonce} />
      </body>
    </html>
  )
}

/** The tenant's own look, where the page is one of those that wear it. */
function Brand() {
  const root = useRouteLoaderData<typeof loader>('root')
  const { pathname } = useLocation()
  const brand = isBranded(pathname) ? root?.brand : undefined
  return (
    <>
      {brand?.icon ? (
        <link rel="icon" href={brand.icon} />
      ) : (
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
      )}
      {brand?.sheet ? <link rel="stylesheet" href={brand.sheet} /> : null}
    </>
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
