import { asc, type Column, desc, type SQL, sql } from 'drizzle-orm'

/** Where a row stands in a list: its values of the columns that the list is sorted by. */
export type Position = readonly (string | number)[]

/** A part of a list: `limit` rows, after a position if there is one, `skip` more left out. */
export type Slice = { after?: Position; skip: number; limit: number }

type Direction = 'ascending' | 'descending'

/** The rows that stand behind a position, as one comparison of rows that an index over the columns answers. */
export function isBehind(columns: Column[], { after }: Slice, direction: Direction = 'ascending'): SQL | undefined {
  if (!after) return undefined
  const names = sql.join(
    columns.map((column) => sql`${column}`),
    sql`, `,
  )
  const values = sql.join(
    after.map((value) => sql`${value}`),
    sql`, `,
  )
  return direction === 'ascending' ? sql`(${names}) > (${values})` : sql`(${names}) < (${values})`
}

export const sortedBy = (columns: Column[], direction: Direction = 'ascending'): SQL[] =>
  columns.map((column) => (direction === 'ascending' ? asc(column) : desc(column)))
