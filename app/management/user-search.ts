/** The searches of users: Lucene's syntax, as far as an index answers it. */

import { DAY } from '~/platform/durations'
import { lookUp } from '~/platform/look-up'
import { type LuceneQuery, type LuceneRange, type LuceneTerm, unescapeLucene } from '~/platform/lucene'
import type { UserCondition, UserSort } from '~db/queries/user-search'
import { invalidQuery as problem, readLucene } from './lucene-search'

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

const MAX_TERMS = 20

/** @throws ManagementError 400 `invalid_query_string` for what is not Lucene, and for what no index answers */
export function readUserSearch(q: string | undefined): UserCondition | undefined {
  if (q === undefined || q.trim() === '') return undefined
  return conditionOf(readLucene(q), { terms: MAX_TERMS })
}

function conditionOf(query: LuceneQuery, budget: { terms: number }): UserCondition {
  if ('operator' in query) {
    const parts = [conditionOf(query.left, budget), conditionOf(query.right, budget)]
    return query.operator === 'AND' ? { all: parts } : { any: parts }
  }
  budget.terms -= 1
  if (budget.terms < 0) throw problem(`Use at most ${MAX_TERMS} terms`)
  const { field } = query
  if (field === undefined) throw problem(`Name the field that is searched, as in email:"jane@example.com"`)
  if (!FIELDS.includes(field)) throw problem(`${field} is not searched. Use ${FIELDS.join(', ')}`)
  return 'min' in query ? rangeOf(field, query) : termOf(field, query)
}

function termOf(field: string, node: LuceneTerm): UserCondition {
  const value = node.quoted ? node.term : unescapeLucene(node.term)
  const text = lookUp(TEXTS, field)
  if (text && !node.quoted) {
    const [beginning = '', ...rest] = node.term.split(/(?<!\\)\*/)
    if (rest.length === 1 && rest[0] === '' && beginning !== '') return { text, startsWith: unescapeLucene(beginning) }
  }
  if (!node.quoted && /(?<!\\)[*?]/.test(node.term))
    throw problem('A wildcard is possible at the end of an address or a name, as in name:jan*')
  if (text) return { text, is: value }
  const identity = lookUp(IDENTITIES, field)
  if (identity) return { identity, is: value }
  const time = lookUp(TIMES, field)
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

function rangeOf(field: string, { min, max }: LuceneRange): UserCondition {
  const time = lookUp(TIMES, field)
  if (!time && field !== 'logins_count') throw problem('Ranges are of times, and of logins_count')
  const read = time ? moment : (text: string) => ({ begins: count(text), ends: count(text) + 1 })
  const first = min.value === undefined ? undefined : read(min.value)
  const last = max.value === undefined ? undefined : read(max.value)
  return {
    number: time ?? 'loginsCount',
    from: first && (min.isIncluded ? first.begins : first.ends),
    to: last && (max.isIncluded ? last.ends : last.begins) - 1,
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
  const by = lookUp(SORTS, field)
  if (!by) throw problem(`Sort by ${Object.keys(SORTS).join(', ')}, as in created_at:-1`, 'sort')
  return { by, direction: direction === '1' ? 'ascending' : 'descending' }
}
