import clsx from 'clsx'
import { Menu, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { MadeForAnother } from './made-for-another'
import { Mark } from './mark'
import { Navigation, type NavigationItem } from './navigation'
import { Person } from './person'

export { FocusLayout } from './focus-layout'
export type { NavigationItem } from './navigation'

export type Area = 'portal' | 'admin' | 'account'

type AreaLayoutProps = {
  area: Area
  tenantName: string
  navigation: NavigationItem[]
  person: { name: string; email: string | null }
  signOutAction: string
  children: ReactNode
}

const AREAS: Record<Area, { name: string; className: string }> = {
  portal: { name: 'Partners', className: 'area-portal' },
  admin: { name: 'Administration', className: 'area-admin' },
  account: { name: 'Your account', className: 'area-account' },
}

/** The frame of an area's pages: its colour and its label say at a glance where one is. */
export function AreaLayout({ area, tenantName, navigation, person, signOutAction, children }: AreaLayoutProps) {
  const { name, className } = AREAS[area]
  const areaName = <AreaName tenantName={tenantName} name={name} />
  const menu = <Navigation label={name} items={navigation} />
  const whoever = <Person {...person} signOutAction={signOutAction} />
  return (
    <div className={clsx('min-h-screen lg:flex', className)}>
      <a
        href="#content"
        className="sr-only z-50 rounded-control bg-raised font-medium shadow-float focus:not-sr-only focus:fixed focus:top-3 focus:left-3 focus:px-4 focus:py-2"
      >
        Skip to the content
      </a>
      <header className="area-side border-line bg-surface text-text max-lg:border-b lg:w-62 lg:shrink-0 lg:border-r">
        <div className="h-1 bg-area" />
        <MobileMenu areaName={areaName}>
          {menu}
          {whoever}
        </MobileMenu>
        <div className="sticky top-0 hidden h-[calc(100vh-0.25rem)] flex-col overflow-y-auto px-3.5 py-5 lg:flex">
          <div className="mb-7 px-1.5">{areaName}</div>
          {menu}
          <div className="mt-auto pt-6">{whoever}</div>
        </div>
      </header>
      <main id="content" tabIndex={-1} className="min-w-0 flex-1 px-4 py-6 outline-none sm:px-8 sm:py-9 lg:px-10">
        <div className="mx-auto max-w-5xl">
          <MadeForAnother />
          {children}
        </div>
      </main>
    </div>
  )
}

/** At small widths the menu is a `details` element, which opens without script. */
function MobileMenu({ areaName, children }: { areaName: ReactNode; children: ReactNode }) {
  return (
    <details className="group lg:hidden">
      <summary className="flex min-h-16 list-none items-center justify-between gap-3 px-4 py-2.5 [&::-webkit-details-marker]:hidden">
        {areaName}
        <span className="inline-flex min-h-10 shrink-0 items-center gap-2 rounded-control border border-line bg-raised px-3 text-sm font-medium">
          <Menu aria-hidden className="size-4 group-open:hidden" />
          <X aria-hidden className="hidden size-4 group-open:block" />
          Menu
        </span>
      </summary>
      <div className="grid grid-cols-1 gap-4 border-t border-line px-3 py-4">{children}</div>
    </details>
  )
}

function AreaName({ tenantName, name }: { tenantName: string; name: string }) {
  return (
    <div className="flex min-w-0 items-center gap-2.5">
      <Mark className="size-9 text-area" />
      <div className="min-w-0">
        <p className="truncate text-base leading-tight font-semibold">{tenantName}</p>
        <p className="mt-0.5 truncate text-xs font-semibold text-area">{name}</p>
      </div>
    </div>
  )
}
