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

/** Rows of the same kind. At small widths each row becomes a block of labelled values; nothing scrolls sideways. */
export function Table<Row>({ caption, columns, rows, rowKey, empty }: TableProps<Row>) {
  if (rows.length === 0) return <>{empty}</>
  return (
    <div className="overflow-x-auto rounded-card border border-line bg-raised shadow-card">
      <table className="w-full text-left text-sm">
        <caption className="sr-only">{caption}</caption>
        <thead className="hidden border-b border-line bg-surface text-xs text-muted md:table-header-group">
          <tr>
            {columns.map(({ key, header, align }) => (
              <HeaderCell key={key} header={header} isRight={align === 'right'} />
            ))}
          </tr>
        </thead>
        <tbody className="block divide-y divide-line md:table-row-group">
          {rows.map((row) => (
            <tr
              key={rowKey(row)}
              className="grid gap-1.5 p-4 transition-colors md:table-row md:p-0 md:hover:bg-surface"
            >
              {columns.map(({ key, header, cell, align, hideOnMobile }, index) => (
                <td
                  key={key}
                  className={clsx(
                    'min-w-0 align-middle md:px-5 md:py-3',
                    index > 0 && 'md:wrap-break-word',
                    hideOnMobile ? 'hidden md:table-cell' : 'flex items-baseline justify-between gap-4 md:table-cell',
                    align === 'right' && 'md:text-right',
                  )}
                >
                  {index === 0 || !header ? null : (
                    <span className="shrink-0 text-xs text-muted md:hidden">{header}</span>
                  )}
                  <span
                    className={clsx(
                      'min-w-0 md:block',
                      index === 0 ? 'flex-1 md:min-w-32' : 'text-right md:max-w-96',
                      !header && 'ml-auto',
                      align !== 'right' && 'md:text-left',
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
    <th scope="col" className={clsx('px-5 py-2.5 font-medium whitespace-nowrap', isRight && 'text-right')}>
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
