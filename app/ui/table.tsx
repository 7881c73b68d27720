import { Link } from '@remix-run/react'
import clsx from 'clsx'
import type { ReactNode } from 'react'

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
    <div className="overflow-hidden rounded-card border border-line bg-raised shadow-card">
      <table className="w-full text-left text-sm">
        <caption className="sr-only">{caption}</caption>
        <thead className="hidden border-b border-line bg-surface text-xs text-muted md:table-header-group">
          <tr>
            {columns.map(({ key, header, align }) => (
              <th key={key} scope="col" className={clsx('px-4 py-2.5 font-medium', align === 'right' && 'text-right')}>
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="block divide-y divide-line md:table-row-group">
          {rows.map((row) => (
            <tr key={rowKey(row)} className="grid gap-1.5 p-4 hover:bg-surface md:table-row md:p-0">
              {columns.map(({ key, header, cell, align, hideOnMobile }, index) => (
                <td
                  key={key}
                  className={clsx(
                    'min-w-0 align-middle break-words md:px-4 md:py-3',
                    hideOnMobile ? 'hidden md:table-cell' : 'flex items-baseline justify-between gap-4 md:table-cell',
                    align === 'right' && 'md:text-right',
                  )}
                >
                  {index === 0 ? null : <span className="shrink-0 text-xs text-muted md:hidden">{header}</span>}
                  <span className={clsx('min-w-0 md:block', index === 0 ? 'flex-1' : 'text-right md:text-inherit')}>
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

/** Links to the neighbouring pages of a list, where there are such. */
export function Pagination({ previous, next }: { previous?: string; next?: string }) {
  if (!previous && !next) return null
  const link =
    'inline-flex min-h-10 items-center rounded-control border border-line bg-raised px-4 text-sm font-medium hover:border-line-strong'
  return (
    <nav aria-label="Pages" className="mt-4 flex justify-between gap-3">
      {previous ? (
        <Link to={previous} className={link}>
          Newer
        </Link>
      ) : (
        <span />
      )}
      {next ? (
        <Link to={next} className={link}>
          Older
        </Link>
      ) : null}
    </nav>
  )
}
