/** Reads what a request says by its endpoint's schemas. What is wrong is told in the sentences that Auth0's API has. */

import { z } from 'zod'
import { FormProblem, readFormBody } from '~/platform/form-body'
import type { HttpRequest } from '~/platform/http'
import { JsonProblem, readJson } from '~/platform/json'
import { lookUp } from '~/platform/look-up'
import { ManagementError } from './errors'

type Part = { name: 'Path' | 'Query' | 'Payload'; errorCode: string }
const PATH: Part = { name: 'Path', errorCode: 'invalid_uri' }
const QUERY: Part = { name: 'Query', errorCode: 'invalid_query_string' }
const PAYLOAD: Part = { name: 'Payload', errorCode: 'invalid_body' }

export const readParams = <Schema extends z.ZodType>(schema: Schema, params: Record<string, string>) =>
  parse(PATH, schema, params)

/** The query by its schema: numbers, booleans and lists are read from their text; a parameter stands twice in a list only. */
export function readQuery<Schema extends z.ZodObject>(schema: Schema, queryString: string): z.output<Schema> {
  const given = new URLSearchParams(queryString)
  const values = Object.fromEntries([...new Set(given.keys())].map((name) => [name, given.getAll(name)]))
  const read = Object.entries(values).map(([name, texts]) => {
    const field = schema.shape[name] as z.ZodType | undefined
    return [name, field ? fromText(bare(field), texts) : texts[0]]
  })
  return parse(QUERY, schema, Object.fromEntries(read))
}

function fromText(field: z.ZodType, texts: string[]): unknown {
  if (field instanceof z.ZodArray) return texts.flatMap((text) => text.split(','))
  if (texts.length > 1) return texts
  const [text = ''] = texts
  if (field instanceof z.ZodNumber) return /^-?\d+$/.test(text) ? Number(text) : text
  if (field instanceof z.ZodBoolean) return lookUp({ true: true, false: false }, text) ?? text
  return text
}

/** A schema without what says that it may be left out. */
function bare(field: z.ZodType): z.ZodType {
  return field instanceof z.ZodOptional || field instanceof z.ZodDefault ? bare(field.unwrap() as z.ZodType) : field
}

export function readPayload<Schema extends z.ZodType>(schema: Schema, { contentType, body }: HttpRequest) {
  if (contentType !== 'application/json' && body.length > 0)
    throw new ManagementError(415, 'invalid_body', 'Send the body as application/json.')
  return parse(PAYLOAD, schema, body.length === 0 ? {} : parseJson(body))
}

/** No endpoint has a form of more. */
const MAX_FIELDS = 50

/** A form with files (RFC 7578): each field stands in it once, and is read by its schema as a parameter of a query is. */
export async function readFormPayload<Schema extends z.ZodType>(schema: Schema, { headers, body }: HttpRequest) {
  const type = String(headers['content-type'] ?? '')
  if (!/^multipart\/form-data\s*;/i.test(type))
    throw new ManagementError(415, 'invalid_body', 'Send the body as multipart/form-data.')
  const form = await readFormBody(body, type, MAX_FIELDS).catch((error) => {
    throw error instanceof FormProblem ? problem(PAYLOAD, error.message) : error
  })
  const shape = schema instanceof z.ZodObject ? (schema.shape as Record<string, z.ZodType>) : {}
  const read = [...new Set(form.keys())].map((name) => {
    const values = form.getAll(name)
    const texts = values.filter((value) => typeof value === 'string')
    const field = shape[name]
    if (values.length > 1) throw problem(PAYLOAD, 'Send each field once', [name])
    return [name, texts.length === 1 && field ? fromText(bare(field), texts) : values[0]]
  })
  return parse(PAYLOAD, schema, Object.fromEntries(read))
}

/** JSON that stands in a field or file of a form. @param values how many it may have */
export const readJsonText = (text: string, values: number): unknown => parseJson(Buffer.from(text), { values })

function parseJson(body: Buffer, limits?: { values: number }): unknown {
  // No text has a NUL, and PostgreSQL takes none.
  if (body.includes('\\u0000')) throw problem(PAYLOAD, 'The body has a NUL character')
  try {
    return readJson(body, limits)
  } catch (error) {
    throw error instanceof JsonProblem ? problem(PAYLOAD, `The body ${error.message}`) : error
  }
}

function parse<Schema extends z.ZodType>(part: Part, schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value, { reportInput: true })
  if (parsed.success) return parsed.data
  const [first] = parsed.error.issues
  throw first ? problem(part, sentence(first), first.path) : new Error('a schema refused without an issue')
}

function problem({ name, errorCode }: Part, text: string, path: PropertyKey[] = []): ManagementError {
  const where = path.length > 0 ? ` on property ${path.map(String).join('.')}` : ''
  return new ManagementError(400, errorCode, `${name} validation error: '${text}'${where}.`)
}

function sentence(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return `Additional properties not allowed: ${shortList(issue.keys)}`
    case 'invalid_type':
      return issue.input === undefined
        ? `Missing required property: ${String(issue.path.at(-1) ?? 'body')}`
        : `Expected type ${issue.expected === 'record' ? 'object' : issue.expected} but found type ${typeOf(issue.input)}`
    case 'invalid_value':
      return issue.input === undefined
        ? `Missing required property: ${String(issue.path.at(-1))}`
        : `No enum match for: ${shorten(issue.input)}. Use one of ${issue.values.join(', ')}`
    case 'invalid_format':
      return issue.format === 'regex' && issue.message
        ? issue.message
        : `Object didn't pass validation for format ${issue.format}: ${shorten(issue.input)}`
    case 'too_small':
      return sizeSentence(issue.origin, 'short', 'less than minimum', issue.input, issue.minimum)
    case 'too_big':
      return sizeSentence(issue.origin, 'long', 'greater than maximum', issue.input, issue.maximum)
    case 'invalid_union':
      return unionSentence(issue)
    default:
      return issue.message
  }
}

function sizeSentence(
  origin: string,
  adjective: 'short' | 'long',
  comparison: string,
  input: unknown,
  bound: number | bigint,
): string {
  const limit = `${adjective === 'short' ? 'minimum' : 'maximum'} ${bound}`
  if (origin === 'string') return `String is too ${adjective} (${String(input).length} chars), ${limit}`
  if (origin === 'array') return `Array is too ${adjective} (${(input as unknown[]).length}), ${limit}`
  return `Value ${shorten(input)} is ${comparison} ${bound}`
}

/** Of a union, what the alternative says that came furthest. */
function unionSentence({ errors }: z.core.$ZodIssueInvalidUnion): string {
  const [furthest] = errors.map(([first]) => first).filter((issue) => issue !== undefined)
  return furthest ? sentence(furthest) : "Data does not match any schemas from 'anyOf'"
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

const shorten = (value: unknown): string => String(JSON.stringify(value)).slice(0, 100)

/** Names that somebody has made up: as many of them as help. */
const shortList = (names: string[]): string =>
  `${names
    .slice(0, 10)
    .map((name) => name.slice(0, 100))
    .join(',')}${names.length > 10 ? `, and ${names.length - 10} more` : ''}`
