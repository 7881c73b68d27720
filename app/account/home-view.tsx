import { Link } from '@remix-run/react'
import { ArrowRight, Blocks, BookOpen, type LucideIcon, ScrollText, ShieldCheck } from 'lucide-react'
import { ButtonLink } from '~/ui/button'
import { ConsentSketch } from './consent-sketch'

type Props = { tenant: { name: string; supportEmail: string | null; supportUrl: string | null } }

/** The start page: what this site is for, and three doors. */
export function HomeView({ tenant }: Props) {
  return (
    <div className="flex min-h-screen flex-col">
      <Header tenantName={tenant.name} />
      <main className="mx-auto w-full max-w-6xl flex-1 px-4 pb-16 sm:px-8">
        <section className="grid items-center gap-x-14 gap-y-10 py-12 sm:py-20 lg:grid-cols-[1fr_26rem]">
          <div className="min-w-0">
            <h1 className="text-4xl font-semibold tracking-tight sm:text-5xl">
              Apps that people can trust with their data
            </h1>
            <p className="mt-5 text-lg text-muted sm:text-xl">
              Build an app on {tenant.name}. Ask people for exactly what it needs, tell them why, and let them decide.
            </p>
            <div className="mt-8 flex flex-wrap gap-3">
              <ButtonLink to="/portal" size="lg">
                Build an app
                <ArrowRight aria-hidden className="size-4" />
              </ButtonLink>
              <ButtonLink to="/docs/getting-started" size="lg" variant="secondary">
                Read the first steps
              </ButtonLink>
            </div>
          </div>
          <ConsentSketch />
        </section>
        <ul className="grid gap-4 md:grid-cols-3">
          <Door
            icon={Blocks}
            title="Partners"
            to="/portal"
            action="Open the partner portal"
            text="Register an app, try it out with testers at once, hand it in for review, rotate its secret without downtime."
            tint="bg-accent-soft text-accent"
          />
          <Door
            icon={ScrollText}
            title="People"
            to="/account"
            action="Open your account"
            text="See which apps have access to your account, what they may do and when they last did. Take it back in two clicks."
            tint="bg-info-soft text-info"
          />
          <Door
            icon={ShieldCheck}
            title="Owners"
            to="/admin"
            action="Open the administration"
            text="Review what partners hand in, see what would change, suspend what goes wrong, and find who did what."
            tint="bg-admin-soft text-admin"
          />
        </ul>
      </main>
      <Footer tenant={tenant} />
    </div>
  )
}

function Header({ tenantName }: { tenantName: string }) {
  return (
    <header className="mx-auto flex w-full max-w-6xl items-center justify-between gap-4 px-4 py-5 sm:px-8">
      <p className="flex min-w-0 items-center gap-2.5 font-semibold">
        <img src="/favicon.svg" alt="" className="size-7" />
        <span className="truncate">{tenantName}</span>
      </p>
      <nav aria-label="Main" className="flex shrink-0 items-center gap-4 text-sm font-medium sm:gap-6">
        <Link to="/docs" className="inline-flex items-center gap-1.5 text-muted hover:text-text">
          <BookOpen aria-hidden className="size-4 max-sm:hidden" />
          Docs
        </Link>
        <Link to="/account" className="text-muted hover:text-text">
          Your account
        </Link>
      </nav>
    </header>
  )
}

type DoorProps = { icon: LucideIcon; title: string; text: string; to: string; action: string; tint: string }

function Door({ icon: Icon, title, text, to, action, tint }: DoorProps) {
  return (
    <li>
      <Link
        to={to}
        className="group flex h-full flex-col rounded-card border border-line bg-raised p-6 shadow-card hover:border-line-strong"
      >
        <span className={`inline-flex size-11 items-center justify-center rounded-control ${tint}`}>
          <Icon aria-hidden className="size-5" />
        </span>
        <h2 className="mt-4 text-lg font-semibold">{title}</h2>
        <p className="mt-1.5 flex-1 text-muted">{text}</p>
        <span className="mt-5 inline-flex items-center gap-1.5 text-sm font-medium text-accent group-hover:underline">
          {action}
          <ArrowRight aria-hidden className="size-4" />
        </span>
      </Link>
    </li>
  )
}

function Footer({ tenant: { name, supportEmail, supportUrl } }: Props) {
  const help = supportUrl ?? (supportEmail ? `mailto:${supportEmail}` : null)
  return (
    <footer className="border-t border-line">
      <div className="mx-auto flex max-w-6xl flex-wrap items-center gap-x-6 gap-y-2 px-4 py-6 text-sm text-muted sm:px-8">
        <p className="mr-auto">{name}</p>
        <Link to="/docs" className="hover:text-text">
          Documentation
        </Link>
        <a href="/.well-known/openid-configuration" className="hover:text-text">
          Metadata
        </a>
        {help ? (
          <a href={help} className="hover:text-text">
            Help
          </a>
        ) : null}
      </div>
    </footer>
  )
}
