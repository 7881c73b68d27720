import type { AppContext } from '~/context'
import type { LogCategory } from '~/domain/audit/log-types'
import { DomainError } from '~/platform/errors'
import { firstIdAt, newId } from '~/platform/ids'
import type { EventReceiver, LogStreamFormat } from '~db/queries/event-receivers'
import { createReceiver, type ReceiverChange, updateReceiver } from './change-receiver'
import { type Header, type LogStreamSecrets, logStreamSecrets, sealSecrets } from './receiver-secrets'

/** Where a log stream goes, and how. A custom header without a value keeps the one that it has. */
export type Sink = {
  url: string
  contentType: string
  contentFormat: LogStreamFormat
  authorization: string
  customHeaders: { header: string; value?: string }[]
}

export type NewLogStream = {
  name: string
  sink: Partial<Sink> & Pick<Sink, 'url'>
  /** All, when it is empty. */
  categories: LogCategory[]
  /** Milliseconds; from now on, if left out. */
  startFrom?: number
}

/**
 * Makes a log stream: a server that is sent the entries of the log as they come.
 * @throws DomainError `conflict` when there are as many as there may be, `invalid` for a header without a value
 */
export async function createLogStream(
  ctx: AppContext,
  { name, sink, categories, startFrom }: NewLogStream,
): Promise<EventReceiver> {
  return createReceiver(ctx, {
    id: newId('lst'),
    kind: 'log-stream',
    name,
    url: sink.url,
    selection: categories,
    contentType: sink.contentType ?? 'application/json',
    contentFormat: sink.contentFormat ?? 'JSONLINES',
    encryptedSecrets: await sealSecrets(ctx, changedSecrets({ customHeaders: [] }, sink)),
    ...(startFrom === undefined ? {} : { cursor: firstIdAt(startFrom) }),
  })
}

export type LogStreamChange = Pick<ReceiverChange, 'name' | 'status'> & {
  sink?: Partial<Sink>
  categories?: LogCategory[]
}

/**
 * Changes what is given of a log stream. What it shows its receiver is kept for that one: another server is told nothing
 * that does not come along with its address.
 * @throws DomainError `conflict`, `invalid` for a header without a value, or for another server without what it is shown
 */
export async function updateLogStream(
  ctx: AppContext,
  stream: EventReceiver,
  { sink = {}, categories, ...rest }: LogStreamChange,
): Promise<EventReceiver> {
  const { url, contentType, contentFormat, authorization, customHeaders } = sink
  const moves = url !== undefined && new URL(url).origin !== new URL(stream.url).origin
  const hasSecrets = moves || authorization !== undefined || customHeaders !== undefined
  const secrets = await logStreamSecrets(ctx, stream)
  if (moves) requireSecretsAnew(secrets, sink)
  const change = { ...rest, url, contentType, contentFormat, selection: categories }
  return updateReceiver(ctx, stream, {
    ...(Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as ReceiverChange),
    ...(hasSecrets
      ? { encryptedSecrets: await sealSecrets(ctx, changedSecrets(moves ? { customHeaders: [] } : secrets, sink)) }
      : {}),
  })
}

function requireSecretsAnew(kept: LogStreamSecrets, { authorization, customHeaders }: Partial<Sink>): void {
  const refuse = (field: string) => {
    const message = 'Another server is not shown what this one is: send it anew, or empty'
    throw new DomainError('invalid', message, { field: `sink.${field}` })
  }
  if (kept.authorization && authorization === undefined) refuse('httpAuthorization')
  if (kept.customHeaders.length > 0 && customHeaders === undefined) refuse('httpCustomHeaders')
}

function changedSecrets(before: LogStreamSecrets, { authorization, customHeaders }: Partial<Sink>): LogStreamSecrets {
  const kept = customHeaders?.map(({ header, value }): Header => {
    const known = before.customHeaders.find((one) => one.header.toLowerCase() === header.toLowerCase())?.value
    const text = value ?? known
    if (text === undefined) {
      throw new DomainError('invalid', `Give the header ${header} a value`, { field: 'sink.httpCustomHeaders' })
    }
    return { header, value: text }
  })
  return {
    authorization: authorization ?? before.authorization,
    customHeaders: kept ?? before.customHeaders,
  }
}
