import { Form, Link } from '@remix-run/react'
import type { ReactNode } from 'react'
import { type BadgeTone, Badge as UiBadge } from '~/ui/badge'
import { Card, CardHeader } from '~/ui/card'
import { DescriptionList } from '~/ui/description-list'
import { EmptyState } from '~/ui/empty-state'
import { FocusLayout } from '~/ui/layout'
import { Notice } from '~/ui/notice'
import { PageHeader } from '~/ui/page-header'
import { Pagination, Table as UiTable } from '~/ui/table'
import { Time } from '~/ui/time'
import type { Answer } from './form-parts'

/** A value of a state in words, as `words.tsx` has them. */
export function Badge({ label, tone }: { label: string; tone: BadgeTone }) {
  return <UiBadge tone={tone}>{label}</UiBadge>
}

export function When({ at }: { at: number | null }) {
  if (at === null) return <>–</>
  return (
    <span className="whitespace-nowrap">
      <Time at={at} />
    </span>
  )
}

/** A link in the text of a page. */
export function TextLink({ to, children }: { to: string; children: ReactNode }) {
  return (
    <Link to={to} className="font-medium text-accent underline-offset-2 hover:underline">
      {children}
    </Link>
  )
}

/** A name in a table, which people choose: a long one breaks anywhere, and ends, rather than widen the table. */
export function NameLink({ text, to }: { text: string; to: string | null }) {
  return (
    <span title={text} className="line-clamp-3 wrap-anywhere md:min-w-36">
      {to ? <TextLink to={to}>{text}</TextLink> : text}
    </span>
  )
}

/** Links to choose from, with what is behind each. */
export function Choices({ links }: { links: { to: string; title: string; hint: string }[] }) {
  return (
    <ul className="grid gap-3 sm:grid-cols-2">
      {links.map(({ to, title, hint }) => (
        <li key={to}>
          <Link
            to={to}
            className="grid h-full content-start gap-1 rounded-card border border-line p-4 hover:bg-surface"
          >
            <span className="font-medium text-accent">{title}</span>
            <span className="text-sm text-muted">{hint}</span>
          </Link>
        </li>
      ))}
    </ul>
  )
}

type PageProps = {
  title: string
  lead?: ReactNode
  badge?: ReactNode
  back?: { to: string; label: string }
  actions?: ReactNode
  notice?: string | null
  answer?: Answer
  children: ReactNode
}

/** A page of the area: its head, what happened, and its sections. */
export function Page({ title, lead, badge, back, actions, notice, answer, children }: PageProps) {
  const problem = problemOf(answer)
  return (
    <>
      <PageHeader title={title} description={lead} badge={badge} back={back} actions={actions} />
      <div className="grid gap-6">
        {notice && !problem ? <Notice tone="success">{notice}</Notice> : null}
        {problem ? <Notice tone="danger">{problem}</Notice> : null}
        {children}
      </div>
    </>
  )
}

/** What was refused; of a form far down the page, that there is something to see there. */
function problemOf(answer: Answer | undefined): string | undefined {
  if (answer?.problem || !answer?.lastResult?.error) return answer?.problem
  return 'Nothing was saved: something in the form below is not right yet.'
}

type EntranceProps = {
  title: string
  tenant?: string
  lead?: ReactNode
  notice?: string | null
  /** Whether the notice asks for something, rather than tells that something was done. */
  isRequest?: boolean
  problem?: string
  children: ReactNode
}

/** A page before the area: signing in, the second factor, the first set-up. */
export function Entrance({ title, tenant, lead, notice, isRequest = false, problem, children }: EntranceProps) {
  return (
    <FocusLayout tenantName={tenant} title={title}>
      <div className="grid gap-5">
        {lead ? <p className="text-muted">{lead}</p> : null}
        {notice && !problem ? <Notice tone={isRequest ? 'info' : 'success'}>{notice}</Notice> : null}
        {problem ? <Notice tone="danger">{problem}</Notice> : null}
        {children}
      </div>
    </FocusLayout>
  )
}

type SectionProps = { title: string; hint?: ReactNode; actions?: ReactNode; children: ReactNode }

export function Section({ title, hint, actions, children }: SectionProps) {
  return (
    <Card>
      <CardHeader title={title} description={hint} actions={actions} />
      <div className="grid gap-5">{children}</div>
    </Card>
  )
}

export function Facts({ items }: { items: [string, ReactNode][] }) {
  return <DescriptionList items={items.map(([term, description]) => ({ term, description }))} />
}

type Row = { key: string; cells: ReactNode[] }
type TableProps = { caption: string; head: string[]; rows: Row[]; empty: string }

export function Table({ caption, head, rows, empty }: TableProps) {
  return (
    <UiTable
      caption={caption}
      columns={head.map((header, index) => ({ key: header, header, cell: (row: Row) => row.cells[index] }))}
      rows={rows}
      rowKey={({ key }) => key}
      empty={<p className="text-sm text-muted">{empty}</p>}
    />
  )
}

/** What a whole page shows where it has nothing to list. */
export function Nothing({ title, children }: { title: string; children?: ReactNode }) {
  return <EmptyState title={title}>{children}</EmptyState>
}

/** The way to the rows behind a page, and back to the first ones. */
export function Pages({
  next,
  isFirstPage,
  query,
}: {
  next: string | null
  isFirstPage: boolean
  query: URLSearchParams
}) {
  const address = (before?: string) => `?${new URLSearchParams([...query, ...(before ? [['before', before]] : [])])}`
  return <Pagination previous={isFirstPage ? undefined : address()} next={next === null ? undefined : address(next)} />
}

/** A form that only looks things up. */
export function FilterForm({ children }: { children: ReactNode }) {
  return (
    <Form method="get" className="flex flex-wrap items-end gap-3 [&>div]:min-w-44 [&>div]:flex-1">
      {children}
    </Form>
  )
}
