import type { ReactNode } from 'react'
import { BarChart } from './bar-chart'
import { EmptyState } from './empty-state'
import { FilterTabs } from './filter-tabs'
import { Table } from './table'
import { dayText } from './time'

export type DayOfUse = {
  date: string
  sign_ins: number
  consents_granted: number
  consents_denied: number
  consents_revoked: number
  tokens_issued: number
  tokens_refreshed: number
  authentication_failures: number
}
type Count = Exclude<keyof DayOfUse, 'date'>

const CHARTS: { title: string; counts: Count[] }[] = [
  { title: 'Sign-ins', counts: ['sign_ins'] },
  { title: 'Tokens', counts: ['tokens_issued', 'tokens_refreshed'] },
  { title: 'Consents given', counts: ['consents_granted'] },
  { title: 'Refused credentials', counts: ['authentication_failures'] },
]

const COLUMNS: { header: string; count: Count }[] = [
  { header: 'Sign-ins', count: 'sign_ins' },
  { header: 'Tokens', count: 'tokens_issued' },
  { header: 'Refreshed', count: 'tokens_refreshed' },
  { header: 'Consents', count: 'consents_granted' },
  { header: 'Denied', count: 'consents_denied' },
  { header: 'Taken back', count: 'consents_revoked' },
  { header: 'Refused', count: 'authentication_failures' },
]

const PERIODS = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
]
const USUAL = '30'

/** The number of days that a page was asked for. */
export function periodOf(search: URLSearchParams): number {
  const asked = search.get('days')
  return Number(PERIODS.some(({ value }) => value === asked) ? asked : USUAL)
}

const sumOf = (day: DayOfUse, counts: Count[]) => counts.reduce((sum, count) => sum + day[count], 0)

/** How an app was used, day by day; `children` stand there when it was not. */
export function Usage({ days, children }: { days: DayOfUse[]; children: ReactNode }) {
  const used = days.filter((day) => COLUMNS.some(({ count }) => day[count] > 0))
  return (
    <div className="grid gap-6">
      <FilterTabs label="Period" name="days" tabs={PERIODS} current={String(days.length)} />
      {used.length === 0 ? (
        <EmptyState title="No use in this time">{children}</EmptyState>
      ) : (
        <>
          <div className="grid gap-8 md:grid-cols-2">
            {CHARTS.map(({ title, counts }) => (
              <BarChart
                key={title}
                title={title}
                points={days.map((day) => ({ label: dayText(day.date), value: sumOf(day, counts) }))}
              />
            ))}
          </div>
          <details>
            <summary className="min-h-10 cursor-pointer content-center font-medium text-accent">Day by day</summary>
            <Table
              caption="Use on each day, the newest first"
              columns={[
                { key: 'date', header: 'Day (UTC)', cell: ({ date }) => <time dateTime={date}>{dayText(date)}</time> },
                ...COLUMNS.map(({ header, count }) => ({
                  key: count,
                  header,
                  cell: (day: DayOfUse) => day[count].toLocaleString('en'),
                  align: 'right' as const,
                })),
              ]}
              rows={used.toReversed()}
              rowKey={({ date }) => date}
              empty={null}
            />
          </details>
        </>
      )}
    </div>
  )
}
