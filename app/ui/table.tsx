import clsx from 'clsx'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { ButtonLink } from './button'

export type Column<Row> = {
  key: string
  header: string
  cell: (row: Row) => ReactNode
  align?: 'left' | 'right'
  hideOnMobile?: boolean
}

type TableProps<Row> = {
  caption: string
  columns: Column<Row>[]
  rows: Row[]
  rowKey: (row: Row) => string
  empty: ReactNode
}

/** Rows of the same kind. Where there is no room, each row becomes a block of labelled values. */
export function Table<Row>({ caption, columns, rows, rowKey, empty }: TableProps<Row>) {
  if (rows.length === 0) return <>{empty}</>
  return (
    <div className="@container overflow-x-auto rounded-card border border-line bg-raised shadow-card">
      <table className="w-full text-left text-sm">
        <caption className="sr-only">{caption}</caption>
        <thead className="hidden border-b border-line bg-surface text-xs text-muted @3xl:table-header-group">
          <tr>
            {columns.map(({ key, header, align }) => (
              <HeaderCell key={key} header={header} isRight={align === 'right'} />
            ))}
          </tr>
        </thead>
        <tbody className="block divide-y divide-line @3xl:table-row-group">
          {rows.map((row) => (
            <tr
              key={rowKey(row)}
              className="grid gap-1.5 p-4 transition-colors @3xl:table-row @3xl:p-0 @3xl:hover:bg-surface"
            >
              {columns.map(({ key, header, cell, align, hideOnMobile }, index) => (
                <td
                  key={key}
                  className={clsx(
                    'min-w-0 align-middle @3xl:px-3 @3xl:py-3 @4xl:px-5',
                    index > 0 && '@3xl:wrap-break-word',
                    hideOnMobile
                      ? 'hidden @3xl:table-cell'
                      : 'flex items-baseline justify-between gap-4 @3xl:table-cell',
                    align === 'right' && '@3xl:text-right',
                  )}
                >
                  {index === 0 || !header ? null : (
                    <span className="shrink-0 text-xs text-muted @3xl:hidden">{header}</span>
                  )}
                  <span
                    className={clsx(
                      'min-w-0 @3xl:block',
                      index === 0 ? 'flex-1 @3xl:min-w-32' : 'text-right @3xl:max-w-96',
                      !header && 'ml-auto',
                      align !== 'right' && '@3xl:text-left',
                    )}
                  >
                    {cell(row)}
                  </span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** A column of buttons needs no heading, and an empty one would be read out. */
function HeaderCell({ header, isRight }: { header: string; isRight: boolean }) {
  if (!header) return <td />
  return (
    <th scope="col" className={clsx('px-3 py-2.5 font-medium @4xl:px-5 whitespace-nowrap', isRight && 'text-right')}>
      {header}
    </th>
  )
}

/** Links to the neighbouring pages of a list, where there are such. */
export function Pagination({ previous, next }: { previous?: string; next?: string }) {
  if (!previous && !next) return null
  return (
    <nav aria-label="Pages" className="mt-4 flex justify-between gap-3">
      {previous ? (
        <ButtonLink to={previous} variant="secondary">
          <ChevronLeft aria-hidden className="-ml-1 size-4" />
          Newer
        </ButtonLink>
      ) : (
        <span />
      )}
      {next ? (
        <ButtonLink to={next} variant="secondary">
          Older
          <ChevronRight aria-hidden className="-mr-1 size-4" />
        </ButtonLink>
      ) : null}
    </nav>
  )
}
