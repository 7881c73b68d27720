/** What the pages of the API reference show of an OpenAPI document. */

type Schema = {
  type?: string | string[]
  format?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  items?: Schema
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: Schema | boolean
  description?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  maxItems?: number
}

type Content = { content?: Record<string, { schema: object }> }

type Document = {
  paths: Record<
    string,
    Record<
      string,
      {
        summary: string
        tags: string[]
        operationId: string
        security: Record<string, string[]>[]
        'x-own-scopes'?: string[]
        'x-partner-scopes'?: string[]
        parameters: { name: string; in: string; required: boolean; description?: string; schema: object }[]
        requestBody?: Content
        responses: Record<string, object>
      }
    >
  >
}

/** A parameter, or a member of a body; `name` has dots where it lies deeper. */
export type ReferenceField = { name: string; type: string; isRequired: boolean; description?: string }

export type ReferenceOperation = {
  id: string
  method: string
  path: string
  summary: string
  scopes: string[]
  ownScopes: string[]
  partnerScopes: string[]
  parameters: ReferenceField[]
  body: ReferenceField[]
  status: string
  answer: ReferenceField[]
}

export type ReferenceTag = { slug: string; title: string; operations: ReferenceOperation[] }

const DEPTH = 2

/** The operations of a document by their tag, in the order of the document. */
export function referenceOf(document: Document): ReferenceTag[] {
  const tags = new Map<string, ReferenceOperation[]>()
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const [status = '', response = {}] =
        Object.entries(operation.responses).find(([code]) => code.startsWith('2')) ?? []
      const own = operation['x-own-scopes'] ?? []
      const [tag = 'Other'] = operation.tags
      const all = tags.get(tag) ?? []
      all.push({
        id: operation.operationId,
        method: method.toUpperCase(),
        path,
        summary: operation.summary,
        scopes: operation.security.flatMap(({ bearer = [] }) => bearer).filter((scope) => !own.includes(scope)),
        ownScopes: own,
        partnerScopes: operation['x-partner-scopes'] ?? [],
        parameters: operation.parameters.map(({ name, required, description, schema }) => ({
          name,
          type: typeOf(schema),
          isRequired: required,
          description,
        })),
        body: membersOf(schemaOf(operation.requestBody)),
        status,
        // What is always there is not for its reader to give.
        answer: membersOf(schemaOf(response as Content)).map((field) => ({ ...field, isRequired: false })),
      })
      tags.set(tag, all)
    }
  }
  return [...tags].map(([title, operations]) => ({ slug: slugOf(title), title, operations }))
}

const slugOf = (title: string): string => title.toLowerCase().replace(/[^a-z0-9]+/g, '-')

const schemaOf = ({ content }: Content = {}): Schema => content?.['application/json']?.schema ?? {}

/** The members of an object, of the items of a list, or of the first of several shapes. */
function membersOf(schema: Schema, prefix = '', depth = 0): ReferenceField[] {
  const { properties, required = [], items, anyOf } = schema
  if (properties) {
    return Object.entries(properties).flatMap(([name, member]) => [
      {
        name: `${prefix}${name}`,
        type: typeOf(member),
        isRequired: required.includes(name),
        description: member.description,
      },
      ...(depth < DEPTH ? membersOf(member, `${prefix}${name}.`, depth + 1) : []),
    ])
  }
  if (items) return membersOf(items, prefix === '' ? '[].' : prefix.replace(/\.$/, '[].'), depth)
  return anyOf?.[0] ? membersOf(anyOf[0], prefix, depth) : []
}

function typeOf(schema: Schema): string {
  const { type, format, enum: values, anyOf, items, additionalProperties } = schema
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (values) return values.map((value) => JSON.stringify(value)).join(' | ')
  if (anyOf) return [...new Set(anyOf.map(typeOf))].join(' | ')
  if (type === 'array') return `list of ${items ? typeOf(items) : 'values'}`
  if (type === 'object' && typeof additionalProperties === 'object' && !schema.properties)
    return `map of ${typeOf(additionalProperties)}`
  if (type === undefined) return 'any value'
  return [[type].flat().join(' | '), format && `(${format})`, boundsOf(schema)].filter(Boolean).join(' ')
}

function boundsOf({ type, minimum, maximum, minLength, maxLength }: Schema): string {
  const [from, to] = type === 'string' ? [minLength, maxLength] : [minimum, maximum]
  const lower = from === undefined || from <= Number.MIN_SAFE_INTEGER ? undefined : from
  const upper = to === undefined || to >= Number.MAX_SAFE_INTEGER ? undefined : to
  if (lower === undefined && upper === undefined) return ''
  const unit = type === 'string' ? ' characters' : ''
  if (upper === undefined) return `from ${lower}${unit}`
  return lower === undefined ? `up to ${upper}${unit}` : `${lower} to ${upper}${unit}`
}
