import type { ReactNode } from 'react'
import { FocusLayout } from '~/ui/layout'

type Props = { siteName: string; title: string; lead?: string; footer?: ReactNode; children: ReactNode }

/** A page before the portal: sign-in, sign-up, and what stands between them and the apps. */
export function Entrance({ siteName, title, lead, footer, children }: Props) {
  return (
    <FocusLayout tenantName={siteName} title={title} footer={footer}>
      <div className="grid gap-5">
        {lead ? <p className="text-muted">{lead}</p> : null}
        {children}
      </div>
    </FocusLayout>
  )
}

export const LINK = 'font-medium text-accent underline underline-offset-2 hover:text-accent-hover'
