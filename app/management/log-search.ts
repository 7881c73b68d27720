/** The searches of the log: Lucene's syntax, as far as an index answers it. */
import { DAY } from '~/platform/durations'
import { firstIdAt } from '~/platform/ids'
import { type LuceneQuery, type LuceneRange, type LuceneTerm, unescapeLucene } from '~/platform/lucene'
import { invalidQuery as problem, readLucene } from './lucene-search'

/** Of each field one of the values. `from` and `before` are ids. */
export type LogSearch = { [field in SearchField]?: string[] } & { from?: string; before?: string }

const FIELDS = ['type', 'client_id', 'user_id', 'connection', 'connection_id', 'ip', 'log_id'] as const
type SearchField = (typeof FIELDS)[number]

const MAX_VALUES = 10

/** @throws ManagementError 400 `invalid_query_string` for what is not Lucene, and for what no index answers */
export const readLogSearch = (q: string): LogSearch => (q.trim() === '' ? {} : searchOf(readLucene(q)))

function searchOf(query: LuceneQuery): LogSearch {
  if ('min' in query) return dateRange(query)
  if ('term' in query) return oneValue(query)
  const { operator, left, right } = query
  if (operator === 'AND') {
    if (isBare(right, 'OR')) throw problem('Put terms that are joined with OR into parentheses')
    return both(searchOf(left), searchOf(right))
  }
  if (isBare(right, 'AND')) throw problem('Put terms that are joined with AND into parentheses')
  return either(searchOf(left), searchOf(right))
}

const isBare = (query: LuceneQuery, operator: string): boolean =>
  'operator' in query && query.operator === operator && !query.isGroup

function oneValue({ field, term, quoted }: LuceneTerm): LogSearch {
  if (field === undefined) throw problem(`Name the field that “${term}” is searched in, as in type:${term}`)
  if (!quoted && /(?<!\\)[*?]/.test(term)) throw problem('Wildcards are not supported')
  const value = quoted ? term : unescapeLucene(term)
  if (field === 'date') return bounds(readDate(value), readDate(value))
  if (!(FIELDS as readonly string[]).includes(field)) {
    throw problem(`${field} is not searched. Use ${FIELDS.join(', ')} or date`)
  }
  return { [field]: [value] }
}

type Moment = { begins: number; ends: number }

function dateRange({ field, min, max }: LuceneRange): LogSearch {
  if (field !== 'date') throw problem('Ranges are supported for date only')
  const first = min.value === undefined ? undefined : readDate(min.value)
  const last = max.value === undefined ? undefined : readDate(max.value)
  return bounds(
    first && (min.isIncluded ? first : { ...first, begins: first.ends }),
    last && (max.isIncluded ? last : { ...last, ends: last.begins }),
  )
}

const bounds = (min: Moment | undefined, max: Moment | undefined): LogSearch => ({
  ...(min ? { from: firstIdAt(min.begins) } : {}),
  ...(max ? { before: firstIdAt(max.ends) } : {}),
})

/** A day, or a millisecond. */
function readDate(text: string): Moment {
  const begins = /^\d{4}-\d\d-\d\d(T.+)?$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(begins)) throw problem('Write dates as 2030-01-31 or 2030-01-31T12:00:00.000Z')
  return { begins, ends: begins + (text.includes('T') ? 1 : DAY) }
}

function both(left: LogSearch, right: LogSearch): LogSearch {
  const twice = FIELDS.find((field) => left[field] && right[field])
  if (twice) throw problem(`${twice} has one value only: join alternatives with OR`)
  const from = [left.from, right.from].filter((id) => id !== undefined).sort()
  const before = [left.before, right.before].filter((id) => id !== undefined).sort()
  return {
    ...left,
    ...right,
    ...(from.length > 0 ? { from: from.at(-1) } : {}),
    ...(before.length > 0 ? { before: before[0] } : {}),
  }
}

function either(left: LogSearch, right: LogSearch): LogSearch {
  const [field, ...others] = [...new Set([...Object.keys(left), ...Object.keys(right)])] as SearchField[]
  const values = field && [...new Set([...(left[field] ?? []), ...(right[field] ?? [])])]
  if (!field || !values || others.length > 0 || !FIELDS.includes(field)) {
    throw problem('OR is supported between values of one field')
  }
  if (values.length > MAX_VALUES) throw problem(`Use at most ${MAX_VALUES} values of a field`)
  return { [field]: values }
}
