/** The searches of users: Lucene's syntax, as far as an index answers it. */
import { type AST, type Node, parse, term as terms } from 'lucene'
import { DAY } from '~/platform/durations'
import type { UserCondition, UserSort } from '~db/queries/user-search'
import { ManagementError } from './errors'

const TEXTS = {
  email: 'email',
  name: 'name',
  nickname: 'nickname',
  given_name: 'givenName',
  family_name: 'familyName',
} as const
const TIMES = { created_at: 'createdAt', updated_at: 'updatedAt', last_login: 'lastLoginAt' } as const
const IDENTITIES = {
  'identities.connection': 'connection',
  'identities.provider': 'provider',
  'identities.user_id': 'providerUserId',
} as const
const OTHERS = ['user_id', 'logins_count', 'blocked', 'email_verified']
const FIELDS = [...Object.keys(TEXTS), ...Object.keys(TIMES), ...Object.keys(IDENTITIES), ...OTHERS]

const MAX_LENGTH = 1000
const MAX_TERMS = 20
const IMPLICIT = '<implicit>'

/** @throws ManagementError 400 `invalid_query_string` for what is not Lucene, and for what no index answers */
export function readUserSearch(q: string | undefined): UserCondition | undefined {
  if (q === undefined || q.trim() === '') return undefined
  if (q.length > MAX_LENGTH) throw problem(`Use at most ${MAX_LENGTH} characters`)
  const budget = { terms: MAX_TERMS }
  return conditionOf(parseLucene(q), IMPLICIT, budget)
}

function parseLucene(q: string): AST {
  try {
    return parse(q)
  } catch {
    throw problem('This is not in the query string syntax of Lucene')
  }
}

function conditionOf(ast: AST | Node, outer: string, budget: { terms: number }): UserCondition {
  const field = ast.field === undefined || ast.field === IMPLICIT ? outer : ast.field
  if ('term_min' in ast || 'term' in ast) {
    budget.terms -= 1
    if (budget.terms < 0) throw problem(`Use at most ${MAX_TERMS} terms`)
    if (field === IMPLICIT) throw problem(`Name the field that is searched, as in email:"jane@example.com"`)
    if (!FIELDS.includes(field)) throw problem(`${field} is not searched. Use ${FIELDS.join(', ')}`)
    return 'term_min' in ast ? rangeOf(field, ast) : termOf(field, ast)
  }
  if ('start' in ast && ast.start !== undefined) throw problem(`${ast.start} is not supported`)
  const left = conditionOf(ast.left, field, budget)
  if (!('operator' in ast)) return left
  const right = conditionOf(ast.right, field, budget)
  if (ast.operator === 'AND') return { all: [left, right] }
  if (ast.operator === 'OR') return { any: [left, right] }
  throw problem(ast.operator === IMPLICIT ? 'Join terms with AND or OR' : `${ast.operator} is not supported`)
}

function termOf(field: string, node: Extract<Node, { term: string }>): UserCondition {
  if (node.regex) throw problem('Regular expressions are not supported')
  if (node.similarity || node.boost || node.prefix) throw problem('~, ^, + and - are not supported')
  const value = node.quoted ? node.term : terms.unescape(node.term)
  const text = TEXTS[field as keyof typeof TEXTS]
  if (text && !node.quoted) {
    const [beginning = '', ...rest] = node.term.split(/(?<!\\)\*/)
    if (rest.length === 1 && rest[0] === '' && beginning !== '') return { text, startsWith: terms.unescape(beginning) }
  }
  if (!node.quoted && /(?<!\\)[*?]/.test(node.term))
    throw problem('A wildcard is possible at the end of an address or a name, as in name:jan*')
  if (text) return { text, is: value }
  const identity = IDENTITIES[field as keyof typeof IDENTITIES]
  if (identity) return { identity, is: value }
  const time = TIMES[field as keyof typeof TIMES]
  if (time) return { number: time, from: moment(value).begins, to: moment(value).ends - 1 }
  switch (field) {
    case 'user_id':
      return { userId: value }
    case 'logins_count':
      return { number: 'loginsCount', from: count(value), to: count(value) }
    case 'blocked':
      return { isBlocked: yes(value) }
    default:
      return { isEmailVerified: yes(value) }
  }
}

function rangeOf(field: string, { term_min, term_max, inclusive }: Extract<Node, { term_min: string }>): UserCondition {
  const time = TIMES[field as keyof typeof TIMES]
  if (!time && field !== 'logins_count') throw problem('Ranges are of times, and of logins_count')
  const takesMin = inclusive === 'both' || inclusive === 'left'
  const takesMax = inclusive === 'both' || inclusive === 'right'
  const read = time ? moment : (text: string) => ({ begins: count(text), ends: count(text) + 1 })
  const min = term_min === '*' ? undefined : read(term_min)
  const max = term_max === '*' ? undefined : read(term_max)
  return {
    number: time ?? 'loginsCount',
    from: min && (takesMin ? min.begins : min.ends),
    to: max && (takesMax ? max.ends : max.begins) - 1,
  }
}

/** A day, or a millisecond. */
function moment(text: string): { begins: number; ends: number } {
  const begins = /^\d{4}-\d\d-\d\d(T.+)?$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(begins)) throw problem('Write dates as 2030-01-31 or 2030-01-31T12:00:00.000Z')
  return { begins, ends: begins + (text.includes('T') ? 1 : DAY) }
}

function count(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw problem('Write logins_count as a whole number')
  return Number(text)
}

function yes(text: string): boolean {
  if (text !== 'true' && text !== 'false') throw problem('Write true or false')
  return text === 'true'
}

const SORTS: Record<string, UserSort['by']> = {
  created_at: 'createdAt',
  updated_at: 'updatedAt',
  name: 'name',
  logins_count: 'loginsCount',
}

/** `field:1` for the smallest first, `field:-1` for the greatest. @throws ManagementError 400 for a field without an order */
export function readUserSort(sort: string | undefined): UserSort {
  if (sort === undefined) return { by: 'createdAt', direction: 'ascending' }
  const [, field = '', direction] = /^(\w+):(-?1)$/.exec(sort) ?? []
  const by = SORTS[field]
  if (!by) throw problem(`Sort by ${Object.keys(SORTS).join(', ')}, as in created_at:-1`, 'sort')
  return { by, direction: direction === '1' ? 'ascending' : 'descending' }
}

const problem = (text: string, property = 'q'): ManagementError =>
  new ManagementError(400, 'invalid_query_string', `Query validation error: '${text}' on property ${property}.`)
