import { z } from 'zod'
import type { AppContext } from '~/context'
import { LOG_CATEGORIES, type LogCategory } from '~/domain/audit/log-types'
import { deleteReceiver } from '~/domain/webhooks/change-receiver'
import { createLogStream, type Sink, updateLogStream } from '~/domain/webhooks/log-streams'
import {
  headerName,
  headerValue,
  MAX_LOG_STREAMS,
  mediaType,
  receiverName,
  receiverStatus,
  receiverUrl,
} from '~/domain/webhooks/receiver-fields'
import { logStreamSecrets } from '~/domain/webhooks/receiver-secrets'
import { type EventReceiver, findEventReceiver, listEventReceivers } from '~db/queries/event-receivers'
import { endpoint } from './endpoint'
import { ManagementError } from './errors'

const tag = 'Log streams'

const sink = z.strictObject({
  httpEndpoint: receiverUrl.describe('An https address; http on this machine only.'),
  httpContentType: mediaType.optional(),
  httpContentFormat: z.enum(['JSONARRAY', 'JSONLINES', 'JSONOBJECT']).optional(),
  httpAuthorization: headerValue.optional().describe('The Authorization header. It is in no answer.'),
  httpCustomHeaders: z
    .array(z.strictObject({ header: headerName, value: headerValue.optional() }))
    .max(20)
    .optional()
    .describe('Values are in no answer; a header without one keeps what it has.'),
})

const settings = {
  name: receiverName.optional(),
  filters: z
    .array(z.strictObject({ type: z.literal('category'), name: z.enum(LOG_CATEGORIES) }))
    .max(LOG_CATEGORIES.length)
    .optional()
    .describe('Only entries of these categories; all, when it is empty.'),
  isPriority: z.literal(false).optional(),
}

const logStream = z.object({
  id: z.string(),
  name: z.string(),
  type: z.literal('http'),
  status: z.enum(['active', 'paused', 'suspended']),
  isPriority: z.literal(false),
  filters: z.array(z.object({ type: z.literal('category'), name: z.enum(LOG_CATEGORIES) })),
  sink: z.object({
    httpEndpoint: z.string(),
    httpContentType: z.string(),
    httpContentFormat: z.enum(['JSONARRAY', 'JSONLINES', 'JSONOBJECT']),
    httpCustomHeaders: z.array(z.object({ header: z.string() })),
  }),
})

const params = z.object({ id: z.string() })

async function serialize(ctx: AppContext, stream: EventReceiver): Promise<z.input<typeof logStream>> {
  const { customHeaders } = await logStreamSecrets(ctx, stream)
  return {
    id: stream.id,
    name: stream.name,
    type: 'http',
    status: stream.status,
    isPriority: false,
    filters: stream.selection.map((name) => ({ type: 'category', name: name as LogCategory })),
    sink: {
      httpEndpoint: stream.url,
      httpContentType: stream.contentType ?? 'application/json',
      httpContentFormat: stream.contentFormat ?? 'JSONLINES',
      httpCustomHeaders: customHeaders.map(({ header }) => ({ header })),
    },
  }
}

async function requireLogStream({ db }: AppContext, id: string): Promise<EventReceiver> {
  const found = await findEventReceiver(db, 'log-stream', id)
  if (found) return found
  throw new ManagementError(404, 'inexistent_log_stream', 'The log stream does not exist')
}

const sinkOf = (given: Partial<z.output<typeof sink>>): Partial<Sink> => ({
  url: given.httpEndpoint,
  contentType: given.httpContentType,
  contentFormat: given.httpContentFormat,
  authorization: given.httpAuthorization,
  customHeaders: given.httpCustomHeaders,
})

export const logStreamEndpoints = [
  endpoint({
    method: 'GET',
    path: '/api/v2/log-streams',
    summary: 'Get log streams',
    tag,
    scopes: ['read:log_streams'],
    answer: z.array(logStream),
    async run(ctx) {
      const streams = await listEventReceivers(ctx.db, 'log-stream', { skip: 0, limit: MAX_LOG_STREAMS })
      return Promise.all(streams.map((stream) => serialize(ctx, stream)))
    },
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/log-streams',
    summary: 'Create a log stream',
    tag,
    scopes: ['create:log_streams'],
    body: z.strictObject({
      ...settings,
      type: z.literal('http'),
      sink,
      startFrom: z.iso.datetime({ offset: true }).optional().describe('Entries from then on; from now, if left out.'),
    }),
    answer: logStream,
    status: 201,
    async run(ctx, { body: { name, sink: given, filters = [], startFrom } }) {
      const stream = await createLogStream(ctx, {
        name: name ?? new URL(given.httpEndpoint).host,
        sink: { ...sinkOf(given), url: given.httpEndpoint },
        categories: filters.map((filter) => filter.name),
        startFrom: startFrom === undefined ? undefined : Date.parse(startFrom),
      })
      return serialize(ctx, stream)
    },
  }),
  endpoint({
    method: 'GET',
    path: '/api/v2/log-streams/{id}',
    summary: 'Get a log stream',
    tag,
    scopes: ['read:log_streams'],
    params,
    answer: logStream,
    run: async (ctx, { params: { id } }) => serialize(ctx, await requireLogStream(ctx, id)),
  }),
  endpoint({
    method: 'PATCH',
    path: '/api/v2/log-streams/{id}',
    summary: 'Update a log stream',
    tag,
    scopes: ['update:log_streams'],
    params,
    body: z.strictObject({ ...settings, status: receiverStatus.optional(), sink: sink.partial().optional() }),
    answer: logStream,
    async run(ctx, { params: { id }, body: { name, status, filters, sink: given } }) {
      const stream = await requireLogStream(ctx, id)
      const categories = filters?.map((filter) => filter.name)
      return serialize(
        ctx,
        await updateLogStream(ctx, stream, { name, status, categories, sink: given && sinkOf(given) }),
      )
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v2/log-streams/{id}',
    summary: 'Delete a log stream',
    tag,
    scopes: ['delete:log_streams'],
    params,
    async run(ctx, { params: { id } }) {
      const stream = await findEventReceiver(ctx.db, 'log-stream', id)
      if (stream) await deleteReceiver(ctx, stream)
    },
  }),
]
