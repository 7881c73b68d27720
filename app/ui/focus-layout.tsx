import { Link, useLocation, useRouteLoaderData } from '@remix-run/react'
import clsx from 'clsx'
import type { ReactNode } from 'react'
import { isBranded } from './branded'
import { MadeForAnother } from './made-for-another'
import { Arches, Mark } from './mark'

type FocusLayoutProps = {
  tenantName?: string
  title?: ReactNode
  children: ReactNode
  footer?: ReactNode
  wide?: boolean
}

/** One thing to do, and nothing beside it: sign-in, sign-up, consent, errors. */
export function FocusLayout({ tenantName, title, children, footer, wide = false }: FocusLayoutProps) {
  return (
    <div className="focus-ground relative isolate flex min-h-screen flex-col items-center px-4 py-8 sm:justify-center sm:py-12">
      <Arches className="fixed inset-0 -z-10 size-full" />
      <main className={clsx('w-full', wide ? 'max-w-xl' : 'max-w-[26rem]')}>
        {tenantName ? (
          <p className="focus-outside mb-6 text-center text-lg font-semibold">
            <Link to="/" reloadDocument className="inline-flex min-h-10 items-center gap-2.5 rounded-control px-2">
              <Logo />
              {tenantName}
            </Link>
          </p>
        ) : (
          <Mark className="mx-auto mb-6 size-9 text-accent" />
        )}
        <div className="rounded-card border border-line bg-raised p-6 shadow-raised sm:p-8">
          {title ? <h1 className="mb-5 text-2xl font-semibold tracking-tight">{title}</h1> : null}
          <MadeForAnother />
          {children}
        </div>
        {footer ? <div className="focus-outside mt-6 text-center text-sm text-muted">{footer}</div> : null}
      </main>
    </div>
  )
}

/** The tenant's sign, or that of the product. */
function Logo() {
  const root = useRouteLoaderData<{ brand: { logo: string | null } }>('root')
  const { pathname } = useLocation()
  const logo = isBranded(pathname) ? root?.brand.logo : null
  return logo ? (
    <img src={logo} alt="" className="h-9 w-auto max-w-40 object-contain" />
  ) : (
    <Mark className="size-7 text-accent" />
  )
}
