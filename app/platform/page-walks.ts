import { LRUCache } from 'lru-cache'
import { MINUTE } from './durations'

/** Where a row stands in a list: its values of the columns that the list is sorted by. */
type Position = readonly (string | number)[]

/** Where the pages of one list begin, as far as somebody has read it. */
export type PageWalk = {
  /** The last page, up to `page`, whose beginning is known; page 0 begins where the list does. */
  nearest(page: number): { page: number; after: Position | undefined }
  /** A page begins behind a position. */
  begin(page: number, after: Position): void
}

/**
 * Remembers for a while where pages of lists begin, so that a reader who goes on to the next page by its number is
 * taken on from the end of the last one: nothing is counted off, and nothing is given twice when rows come or go.
 */
export type PageWalks = { of(list: unknown): PageWalk }

const MAX_LISTS = 500
const MAX_PAGES = 20_000

export function createPageWalks(): PageWalks {
  const lists = new LRUCache<string, Map<number, Position>>({ max: MAX_LISTS, ttl: 5 * MINUTE })
  return {
    of(list) {
      const key = JSON.stringify(list)
      const known = lists.get(key) ?? new Map<number, Position>()
      return {
        nearest(page) {
          const before = known.has(page) ? page : highest([...known.keys()].filter((candidate) => candidate < page))
          return { page: before, after: known.get(before) }
        },
        begin(page, after) {
          if (known.size >= MAX_PAGES) known.clear()
          known.set(page, after)
          lists.set(key, known)
        },
      }
    },
  }
}

const highest = (pages: number[]): number => pages.reduce((best, page) => Math.max(best, page), 0)
