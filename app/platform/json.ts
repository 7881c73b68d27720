/**
 * JSON of strangers. Its depth and its size are looked at before it is read, in one pass over the text: what compares,
 * checks and writes values level by level would overflow the stack far below.
 */

/** Nothing that is said here goes as deep, or has as many values. */
const MAX_DEPTH = 100
const MAX_VALUES = 10_000
/** Of one object: each name that a stranger makes up is looked at by itself. */
const MAX_MEMBERS = 1000

/** What is wrong with a text that should be JSON, as the rest of a sentence: `is not valid JSON in UTF-8`. */
export class JsonProblem extends Error {}

/** RFC 8259 §8.1: what is not UTF-8 is no JSON. */
const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * @param options.values how many values the text may have, where it may be more than elsewhere
 * @throws JsonProblem for what is not JSON, nested more than 100 levels deep, or of too many values or members
 */
export function readJson(given: string | Uint8Array, { values = MAX_VALUES }: { values?: number } = {}): unknown {
  try {
    const text = typeof given === 'string' ? given : utf8.decode(given)
    requireBounded(text, values)
    return JSON.parse(text)
  } catch (error) {
    throw error instanceof JsonProblem ? error : new JsonProblem('is not valid JSON in UTF-8')
  }
}

/** JSON that this program has written itself. */
export const readOwnJson = (text: string): unknown => JSON.parse(text)

/** @throws JsonProblem for a text whose brackets are too deep, or which holds too much, whether it is JSON or not */
export function requireBounded(text: string, values = MAX_VALUES): void {
  let depth = 0
  let count = 0
  /** Members so far, of the objects around; the values of lists are not counted. */
  const members: number[] = []
  let isInString = false
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]
    if (isInString) {
      if (char === '\\') at += 1
      else if (char === '"') isInString = false
      continue
    }
    if (char === '"') isInString = true
    else if (char === '{' || char === '[') {
      depth += 1
      members[depth] = 0
    } else if (char === '}' || char === ']') depth -= 1
    else if (char === ':') members[depth] = (members[depth] ?? 0) + 1
    if (char === '{' || char === '[' || char === ',') count += 1
    if ((members[depth] ?? 0) > MAX_MEMBERS) throw new JsonProblem(`has an object of more than ${MAX_MEMBERS} members`)
    if (depth > MAX_DEPTH) throw new JsonProblem(`is nested more than ${MAX_DEPTH} levels deep`)
    if (count > values) throw new JsonProblem(`has more than ${values} values`)
  }
}
