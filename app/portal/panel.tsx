import type { ReactNode } from 'react'
import { Card, CardHeader } from '~/ui/card'

type Props = { title: string; lead?: ReactNode; actions?: ReactNode; children: ReactNode }

/** A card of a page of the portal: a heading, and what belongs under it. */
export function Panel({ title, lead, actions, children }: Props) {
  return (
    <Card>
      <CardHeader title={title} description={lead} actions={actions} />
      <div className="grid gap-4">{children}</div>
    </Card>
  )
}
