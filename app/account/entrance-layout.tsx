import { LifeBuoy } from 'lucide-react'
import type { ReactNode } from 'react'
import { Avatar } from '~/ui/avatar'
import { FocusLayout } from '~/ui/layout'
import type { AppLine, EntrancePage } from './sign-in-page'

type Props = Pick<EntrancePage, 'tenant' | 'app'> & {
  title: string
  /** A line below the title, where the tenant has written one. */
  description?: string
  footer?: ReactNode
  children: ReactNode
}

/** The frame of the sign-in, sign-up and password pages. */
export function EntranceLayout({ tenant, app, title, description, footer, children }: Props) {
  return (
    <FocusLayout
      tenantName={tenant.name}
      title={title}
      footer={
        <div className="grid gap-3">
          {footer}
          <Support {...tenant} />
        </div>
      }
    >
      {description ? <p className="-mt-3 mb-5 text-muted">{description}</p> : null}
      {app ? <ContinueTo {...app} /> : null}
      {children}
    </FocusLayout>
  )
}

/** Says which app asked for the sign-in, before a password is typed. */
function ContinueTo({ name, organization }: AppLine) {
  return (
    <p className="-mt-1 mb-6 flex items-center gap-3 rounded-card bg-surface p-3">
      <Avatar name={name} />
      <span className="min-w-0">
        <span className="block text-sm text-muted">to continue to</span>
        <span className="block font-semibold">{name}</span>
        {organization ? <span className="block text-sm text-muted">by {organization}</span> : null}
      </span>
    </p>
  )
}

function Support({ supportEmail, supportUrl }: EntrancePage['tenant']) {
  const href = supportUrl ?? (supportEmail ? `mailto:${supportEmail}` : null)
  if (!href) return null
  return (
    <p>
      <a href={href} className="inline-flex items-center gap-1.5 hover:text-text">
        <LifeBuoy aria-hidden className="size-4" />
        Get help
      </a>
    </p>
  )
}
