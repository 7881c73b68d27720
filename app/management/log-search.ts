/** The searches of the log: Lucene's syntax, as far as an index answers it. */
import { type AST, type Node, parse, term as terms } from 'lucene'
import { DAY } from '~/platform/durations'
import { firstIdAt } from '~/platform/ids'
import { ManagementError } from './errors'

/** Of each field one of the values. `from` and `before` are ids. */
export type LogSearch = { [field in SearchField]?: string[] } & { from?: string; before?: string }

const FIELDS = ['type', 'client_id', 'user_id', 'connection', 'connection_id', 'ip', 'log_id'] as const
type SearchField = (typeof FIELDS)[number]

const MAX_LENGTH = 1000
const MAX_VALUES = 10
const IMPLICIT = '<implicit>'

/** @throws ManagementError 400 `invalid_query_string` for what is not Lucene, and for what no index answers */
export function readLogSearch(q: string): LogSearch {
  if (q.length > MAX_LENGTH) throw problem(`Use at most ${MAX_LENGTH} characters`)
  return q.trim() === '' ? {} : searchOf(parseLucene(q))
}

function parseLucene(q: string): AST {
  try {
    return parse(q)
  } catch {
    throw problem('This is not in the query string syntax of Lucene')
  }
}

function searchOf(ast: AST | Node, field = IMPLICIT): LogSearch {
  if ('term_min' in ast) return dateRange(fieldOf(ast.field, field), ast)
  if ('term' in ast) return oneValue(fieldOf(ast.field, field), ast)
  if ('start' in ast && ast.start !== undefined) throw problem(`${ast.start} is not supported`)
  const inner = fieldOf(ast.field, field)
  const left = searchOf(ast.left, inner)
  if (!('operator' in ast)) return left
  const right = searchOf(ast.right, inner)
  switch (ast.operator) {
    case 'AND':
      if (isBareOr(ast.right)) throw problem('Put terms that are joined with OR into parentheses')
      return both(left, right)
    case 'OR':
      if (isBare(ast.right, 'AND')) throw problem('Put terms that are joined with AND into parentheses')
      return either(left, right)
    case '<implicit>':
      throw problem('Join terms with AND or OR')
    default:
      throw problem(`${ast.operator} is not supported`)
  }
}

const fieldOf = (own: string | undefined, outer: string): string =>
  own === undefined || own === IMPLICIT ? outer : own

const isBare = (ast: AST | Node, operator: string): boolean =>
  'operator' in ast && ast.operator === operator && ast.parenthesized !== true
const isBareOr = (ast: AST | Node): boolean => isBare(ast, 'OR')

function oneValue(field: string, node: Extract<Node, { term: string }>): LogSearch {
  if (field === IMPLICIT) throw problem(`Name the field that “${node.term}” is searched in, as in type:${node.term}`)
  if (node.regex) throw problem('Regular expressions are not supported')
  if (node.similarity || node.boost || node.prefix) throw problem('~, ^, + and - are not supported')
  if (!node.quoted && /(?<!\\)[*?]/.test(node.term)) throw problem('Wildcards are not supported')
  const value = node.quoted ? node.term : terms.unescape(node.term)
  if (field === 'date') return bounds(readDate(value), readDate(value))
  if (!(FIELDS as readonly string[]).includes(field)) {
    throw problem(`${field} is not searched. Use ${FIELDS.join(', ')} or date`)
  }
  return { [field]: [value] }
}

type Moment = { begins: number; ends: number }

function dateRange(field: string, { term_min, term_max, inclusive }: Extract<Node, { term_min: string }>): LogSearch {
  if (field !== 'date') throw problem('Ranges are supported for date only')
  const isIn = (side: 'left' | 'right') => inclusive === 'both' || inclusive === side
  const min = term_min === '*' ? undefined : readDate(term_min)
  const max = term_max === '*' ? undefined : readDate(term_max)
  return bounds(
    min && (isIn('left') ? min : { ...min, begins: min.ends }),
    max && (isIn('right') ? max : { ...max, ends: max.begins }),
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

const problem = (text: string): ManagementError =>
  new ManagementError(400, 'invalid_query_string', `Query validation error: '${text}' on property q.`)
