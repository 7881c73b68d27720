import { Form, Link, NavLink } from '@remix-run/react'
import clsx from 'clsx'
import { LogOut, type LucideIcon, Menu } from 'lucide-react'
import type { ReactNode } from 'react'
import { Avatar } from './avatar'
import { Button } from './button'
import { FormToken } from './form-token'

export type Area = 'portal' | 'admin' | 'account'
export type NavigationItem = { label: string; to: string; icon?: LucideIcon; count?: number; end?: boolean }

type AreaLayoutProps = {
  area: Area
  tenantName: string
  navigation: NavigationItem[]
  person: { name: string; email: string | null }
  signOutAction: string
  children: ReactNode
}

const AREA_NAMES: Record<Area, string> = {
  portal: 'Developer portal',
  admin: 'Administration',
  account: 'Your account',
}
const AREA_BANDS: Record<Area, string> = { portal: 'bg-accent', admin: 'bg-admin', account: 'bg-info' }
const AREA_LABELS: Record<Area, string> = {
  portal: 'bg-accent-soft text-accent',
  admin: 'bg-admin-soft text-admin',
  account: 'bg-info-soft text-info',
}

/** The frame of an area's pages: the band and the label say at a glance where one is. */
export function AreaLayout(props: AreaLayoutProps) {
  return (
    <div className="min-h-screen">
      <a
        href="#content"
        className="sr-only z-50 rounded-control bg-raised px-4 py-2 focus:not-sr-only focus:absolute focus:top-3 focus:left-3"
      >
        Skip to the content
      </a>
      <div className={clsx('h-1', AREA_BANDS[props.area])} />
      <MobileBar {...props} />
      <div className="mx-auto flex max-w-[84rem]">
        <aside className="sticky top-0 hidden h-[calc(100vh-0.25rem)] w-60 shrink-0 flex-col border-r border-line px-4 py-6 lg:flex">
          <AreaName {...props} />
          <Navigation {...props} />
          <div className="mt-auto">
            <Person {...props} />
          </div>
        </aside>
        <main id="content" tabIndex={-1} className="min-w-0 flex-1 px-4 py-6 outline-none sm:px-8 sm:py-8 lg:px-10">
          <div className="max-w-5xl">{props.children}</div>
        </main>
      </div>
    </div>
  )
}

/** At small widths the menu is a `details` element, which opens without script. */
function MobileBar(props: AreaLayoutProps) {
  return (
    <header className="border-b border-line bg-raised lg:hidden">
      <details className="group">
        <summary className="flex min-h-14 list-none items-center justify-between gap-3 px-4 [&::-webkit-details-marker]:hidden">
          <AreaName {...props} />
          <span className="inline-flex min-h-10 items-center gap-2 rounded-control border border-line px-3 text-sm font-medium">
            <Menu aria-hidden className="size-4" />
            Menu
          </span>
        </summary>
        <div className="grid gap-4 border-t border-line px-4 py-4">
          <Navigation {...props} />
          <Person {...props} />
        </div>
      </details>
    </header>
  )
}

function AreaName({ area, tenantName }: AreaLayoutProps) {
  return (
    <div className="min-w-0">
      <p className="truncate font-semibold">{tenantName}</p>
      <p className={clsx('mt-1 inline-block rounded px-1.5 py-0.5 text-xs font-medium', AREA_LABELS[area])}>
        {AREA_NAMES[area]}
      </p>
    </div>
  )
}

function Navigation({ area, navigation }: AreaLayoutProps) {
  return (
    <nav aria-label={AREA_NAMES[area]} className="lg:mt-6">
      <ul className="grid gap-0.5">
        {navigation.map(({ label, to, icon: Icon, count, end }) => (
          <li key={to}>
            <NavLink
              to={to}
              end={end}
              className={({ isActive }) =>
                clsx(
                  'flex min-h-10 items-center gap-2.5 rounded-control px-2.5 text-sm font-medium lg:min-h-9',
                  isActive ? 'bg-sunken text-text' : 'text-muted hover:bg-sunken hover:text-text',
                )
              }
            >
              {Icon ? <Icon aria-hidden className="size-4" /> : null}
              {label}
              {count ? (
                <span className="ml-auto rounded-full bg-accent-soft px-2 text-xs font-semibold text-accent tabular-nums">
                  {count}
                </span>
              ) : null}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}

function Person({ person, signOutAction }: AreaLayoutProps) {
  return (
    <div className="flex items-center gap-3 border-t border-line pt-4">
      <Avatar name={person.name} size="sm" />
      <div className="min-w-0 flex-1">
        <p className="truncate text-sm font-medium">{person.name}</p>
        {person.email ? <p className="truncate text-xs text-muted">{person.email}</p> : null}
      </div>
      <Form method="post" action={signOutAction} reloadDocument>
        <FormToken />
        <Button
          variant="quiet"
          size="sm"
          name="intent"
          value="sign-out"
          aria-label="Sign out"
          title="Sign out"
          className="px-2!"
        >
          <LogOut aria-hidden className="size-4" />
        </Button>
      </Form>
    </div>
  )
}

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
    <div className="flex min-h-screen flex-col items-center px-4 py-8 sm:justify-center sm:py-12">
      <main className={clsx('w-full', wide ? 'max-w-xl' : 'max-w-md')}>
        {tenantName ? (
          <p className="mb-5 text-center font-semibold">
            <Link to="/" reloadDocument className="inline-flex items-center gap-2.5">
              <img src="/favicon.svg" alt="" className="size-7" />
              {tenantName}
            </Link>
          </p>
        ) : null}
        <div className="rounded-card border border-line bg-raised p-6 shadow-card sm:p-8">
          {title ? <h1 className="mb-4 text-2xl font-semibold tracking-tight break-words">{title}</h1> : null}
          {children}
        </div>
        {footer ? <div className="mt-5 text-center text-sm text-muted">{footer}</div> : null}
      </main>
    </div>
  )
}
