import { Link } from '@remix-run/react'
import type { ReactNode } from 'react'

/** A link within a text. */
export function TextLink({ to, children }: { to: string; children: ReactNode }) {
  return (
    <Link to={to} className="font-medium text-accent underline underline-offset-2 hover:no-underline">
      {children}
    </Link>
  )
}
