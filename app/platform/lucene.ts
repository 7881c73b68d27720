/**
 * Searches in the query string syntax of Lucene, as far as something here answers them: terms and ranges of fields, joined
 * by AND and OR. Read from left to right in one go: parsers that go back and try again take seconds for a line of
 * brackets, in which nobody else is served.
 */

export type LuceneTerm = { field: string | undefined; term: string; quoted: boolean }
export type LuceneRange = { field: string | undefined; min: LuceneBound; max: LuceneBound }
/** `a AND b OR c` is `a AND (b OR c)`; `isGroup` tells whether the brackets were there. */
export type LucenePair = { operator: 'AND' | 'OR'; left: LuceneQuery; right: LuceneQuery; isGroup: boolean }
export type LuceneQuery = LuceneTerm | LuceneRange | LucenePair

/** An end of a range; without a value it is open. */
export type LuceneBound = { value: string | undefined; isIncluded: boolean }

/** What is wrong with a search, in a sentence for who wrote it. */
export class LuceneProblem extends Error {}

const MAX_LENGTH = 1000

const TOKEN =
  /(?<space>\s+)|(?<bracket>[()])|(?<open>[[{])\s*(?<min>[^\s[\]{}]+)\s+TO\s+(?<max>[^\s[\]{}]+)\s*(?<close>[\]}])|"(?<phrase>(?:[^"\\]|\\.)*)"|(?<field>(?:[^\s:(){}[\]"^~/\\]|\\.)+):\s*|(?<joint>(?:AND|&&|OR|\|\|)(?=[\s(]|$))|(?<not>NOT(?=[\s(]|$)|!)|(?<regex>\/)|(?<word>(?![+-])(?:[^\s:(){}[\]"^~/\\]|\\.)+)|(?<sign>[~^+-])/suy

type Token = Partial<
  Record<
    'bracket' | 'open' | 'min' | 'max' | 'close' | 'phrase' | 'field' | 'joint' | 'not' | 'regex' | 'word' | 'sign',
    string
  >
>

/** @throws LuceneProblem for what is not Lucene, and for what of it nothing here answers */
export function parseLucene(q: string): LuceneQuery {
  if (q.length > MAX_LENGTH) throw new LuceneProblem(`Use at most ${MAX_LENGTH} characters`)
  const tokens = tokensOf(q)
  const parsed = queryOf(tokens, undefined)
  if (tokens.length > 0) throw malformed()
  return parsed
}

const malformed = () => new LuceneProblem('This is not in the query string syntax of Lucene')

/** The tokens, the first one last. */
function tokensOf(q: string): Token[] {
  const tokens: Token[] = []
  const pattern = new RegExp(TOKEN)
  while (pattern.lastIndex < q.length) {
    const { groups } = pattern.exec(q) ?? {}
    if (!groups) throw malformed()
    if (groups.regex) throw new LuceneProblem('Regular expressions are not supported')
    if (groups.not) throw new LuceneProblem('NOT is not supported')
    if (groups.sign) throw new LuceneProblem('~, ^, + and - are not supported')
    if (groups.space === undefined) tokens.push(groups)
  }
  return tokens.reverse()
}

function queryOf(tokens: Token[], field: string | undefined): LuceneQuery {
  const left = operandOf(tokens, field)
  const next = tokens.at(-1)
  if (!next || next.bracket === ')') return left
  if (next.joint === undefined) throw new LuceneProblem('Join terms with AND or OR')
  tokens.pop()
  const operator = next.joint === 'AND' || next.joint === '&&' ? 'AND' : 'OR'
  return { operator, left, right: queryOf(tokens, field), isGroup: false }
}

function operandOf(tokens: Token[], outer: string | undefined): LuceneQuery {
  const first = tokens.pop()
  const field = first?.field === undefined ? outer : unescapeLucene(first.field)
  const token = first?.field === undefined ? first : tokens.pop()
  if (!token) throw malformed()
  if (token.bracket === '(') {
    const inner = queryOf(tokens, field)
    if (tokens.pop()?.bracket !== ')') throw malformed()
    return 'operator' in inner ? { ...inner, isGroup: true } : inner
  }
  const { open, min, max, close, phrase, word } = token
  if (min !== undefined && max !== undefined)
    return { field, min: bound(min, open === '['), max: bound(max, close === ']') }
  if (phrase !== undefined) return { field, term: unescapeLucene(phrase), quoted: true }
  if (word !== undefined) return { field, term: word, quoted: false }
  throw malformed()
}

const bound = (text: string, isIncluded: boolean): LuceneBound => ({
  value: text === '*' ? undefined : unescapeLucene(text),
  isIncluded,
})

/** The text of a term without what marks characters as no syntax; wildcards are looked for before. */
export const unescapeLucene = (text: string): string => text.replace(/\\(.)/gsu, '$1')
