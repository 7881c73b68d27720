/**
 * Lists. A program asks by page number or goes on from where it was; either way the rows are found by their position,
 * so that a late page costs what the first one does.
 */

import { z } from 'zod'
import type { AppContext } from '~/context'
import { readOwnJson } from '~/platform/json'
import { constantTimeEqual } from '~/platform/secrets'
import type { Position, Slice } from '~db/queries/keyset'
import type { Access } from './access'
import { AnswerWithHeaders, type Declaration, endpoint, type ManagementEndpoint } from './endpoint'
import { ManagementError } from './errors'
import { type FieldChoice, fieldsQuery, pickFields } from './fields'

const MAX = 100
const DEFAULT = 50

/** The parameters of a list that is read on from a position, and never by page number. */
export const checkpointQuery = {
  from: z.string().max(4000).optional().describe('The `next` of the answer before; the list goes on behind it.'),
  take: z.int().min(1).max(MAX).optional().describe(`Items to give when going on by \`from\`, at most ${MAX}.`),
}

const pagingQuery = {
  page: z.int().min(0).max(1_000_000_000).optional().describe('The page, from 0.'),
  per_page: z.int().min(1).max(MAX).optional().describe(`Items on a page, at most ${MAX}; ${DEFAULT} unless given.`),
  include_totals: z.boolean().optional().describe('True: an object with the total comes in place of an array.'),
  ...checkpointQuery,
}

type Filters = z.ZodRawShape
type Chosen<Query extends Filters> = z.output<z.ZodObject<Query>>

type ListDeclaration<Row, Query extends Filters, Params extends z.ZodObject, Item extends z.ZodObject> = Pick<
  Declaration<Params>,
  'path' | 'summary' | 'tag' | 'scopes' | 'ownScopes' | 'partnerScopes' | 'params'
> & {
  /** The member that holds the items where the answer is an object. */
  key: string
  filters: Query
  item: Item
  /** Answers with an object to go on from also where nothing is said of pages. */
  goesOn?: true
  /** Members that are given whatever `fields` names. */
  alwaysGiven?: readonly string[]
  list(ctx: AppContext, slice: Slice, asked: Asked<Query, Params>): Promise<Row[]>
  count(ctx: AppContext, asked: Asked<Query, Params>): Promise<number>
  positionOf(row: Row, query: Chosen<Query>): Position
  serialize(ctx: AppContext, rows: Row[], access: Access): Promise<z.input<Item>[]> | z.input<Item>[]
}

type Asked<Query extends Filters, Params extends z.ZodObject> = {
  query: Chosen<Query>
  params: z.output<Params>
  access: Access
}

type Paging = z.output<z.ZodObject<typeof pagingQuery>>

/** A GET that answers with a list: an array, an object with totals, or one with the position to go on from. */
export function listEndpoint<
  Row,
  Query extends Filters,
  Item extends z.ZodObject,
  Params extends z.ZodObject = z.ZodObject<Record<never, never>>,
>(declaration: ListDeclaration<Row, Query, Params, Item>): ManagementEndpoint {
  const { path, summary, tag, scopes, ownScopes, partnerScopes, params, key, filters, item, alwaysGiven } = declaration
  const partial = item.partial()
  return endpoint({
    method: 'GET',
    path,
    summary,
    tag,
    scopes,
    ownScopes,
    partnerScopes,
    params,
    query: z.object({ ...filters, ...fieldsQuery, ...pagingQuery }),
    answer: z.union([
      z.array(partial),
      z.object({
        [key]: z.array(partial),
        start: z.int(),
        limit: z.int(),
        length: z.int(),
        total: z.int(),
      }),
      z.object({ [key]: z.array(partial), next: z.string().optional() }),
    ]),
    async run(ctx, { params: given, query, access, http }) {
      const asked = { query: query as Chosen<Query>, params: given as z.output<Params>, access }
      const paging = query as Paging
      const positionOf = (row: Row) => declaration.positionOf(row, asked.query)
      const items = async (rows: Row[]) =>
        (await declaration.serialize(ctx, rows, access)).map((value) =>
          pickFields(value as object, query as FieldChoice, alwaysGiven),
        )

      if (paging.from !== undefined || paging.take !== undefined || (declaration.goesOn && paging.page === undefined)) {
        const chosen = Object.keys(filters).map((name) => [name, (query as Record<string, unknown>)[name]])
        const list = (slice: Slice) => declaration.list(ctx, slice, asked)
        const { rows, next } = await readOn(ctx, [http.path, chosen], paging, list, positionOf)
        return { [key]: await items(rows), next }
      }

      const { page = 0, per_page: perPage = DEFAULT } = paging
      const walk = ctx.pageWalks.of([access.client.clientId, access.reach, http.path, { ...query, page: perPage }])
      const { page: from, after } = walk.nearest(page)
      const rows = await declaration.list(ctx, { after, skip: (page - from) * perPage, limit: perPage }, asked)
      const last = rows.at(-1)
      if (last && rows.length === perPage) walk.begin(page + 1, positionOf(last))
      const page_ = await items(rows)
      if (paging.include_totals) {
        const total = await declaration.count(ctx, asked)
        return { [key]: page_, start: page * perPage, limit: perPage, length: page_.length, total }
      }
      const isFull = rows.length === perPage
      return new AnswerWithHeaders(page_, {
        link: linksOf(`${ctx.config.issuer}${http.path.slice(1)}`, http.queryString, page, isFull),
      })
    },
  })
}

/**
 * The rows behind a position, and where to go on from if there are more.
 * @param asked which list it is, and what of it: a position is good for that alone
 */
export async function readOn<Row>(
  ctx: Pick<AppContext, 'encryption'>,
  asked: unknown,
  { from, take = DEFAULT }: { from?: string; take?: number },
  list: (slice: Slice) => Promise<Row[]>,
  positionOf: (row: Row) => Position,
): Promise<{ rows: Row[]; next: string | undefined }> {
  const seal = sealOf(ctx, asked)
  const rows = await list({
    after: from === undefined ? undefined : readPosition(seal, from),
    skip: 0,
    limit: take + 1,
  })
  const last = rows.length > take ? rows[take - 1] : undefined
  return { rows: rows.slice(0, take), next: last && writePosition(seal, positionOf(last)) }
}

type Seal = (position: string) => string

const sealOf =
  ({ encryption }: Pick<AppContext, 'encryption'>, asked: unknown): Seal =>
  (position) =>
    encryption.authenticate('a position in a list', `${JSON.stringify(asked)} ${position}`)

function writePosition(seal: Seal, value: Position): string {
  const position = Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${position}.${seal(position)}`
}

/** What we have written ourselves, and for this list: columns are compared with values of their own kind only. */
function readPosition(seal: Seal, text: string): Position {
  const [position = '', mark = ''] = text.split('.')
  if (constantTimeEqual(mark, seal(position)) && text === `${position}.${mark}`)
    return readOwnJson(Buffer.from(position, 'base64url').toString('utf8')) as Position
  throw new ManagementError(
    400,
    'invalid_query_string',
    "Query validation error: 'Use the next of an answer before, unchanged, and with the same filters' on property from.",
  )
}

/** The `Link` header of an array (RFC 8288). */
function linksOf(address: string, queryString: string, page: number, hasNext: boolean): string {
  const link = (to: number, rel: string) => {
    const query = new URLSearchParams(queryString)
    query.set('page', String(to))
    return `<${address}?${query}>; rel="${rel}"`
  }
  return [link(0, 'first'), ...(hasNext ? [link(page + 1, 'next')] : [])].join(', ')
}
