/** Where a list goes on: the last row of the page before, as `time.id` in the address. */
export const PAGE_SIZE = 25

export const cursorOf = (row: { createdAt: number; id: string }): string => `${row.createdAt}.${row.id}`

export function readCursor(text: string | null): { createdAt: number; id: string } | undefined {
  const found = /^(\d{1,15})\.(.{1,200})$/.exec(text ?? '')
  return found ? { createdAt: Number(found[1]), id: String(found[2]) } : undefined
}

/** One page of the rows that were asked for with one row to spare, and where the next page begins. */
export function onePage<Row>(
  rows: Row[],
  key: (row: Row) => string,
  size = PAGE_SIZE,
): { rows: Row[]; next: string | null } {
  const page = rows.slice(0, size)
  const last = page.at(-1)
  return { rows: page, next: rows.length > size && last !== undefined ? key(last) : null }
}
