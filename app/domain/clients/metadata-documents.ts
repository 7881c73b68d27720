import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { partyColumns } from '~/domain/policy/client-policy'
import { untilUnchanged } from '~/platform/changes'
import { DAY, HOUR, MINUTE, SECOND, toSeconds } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { JsonProblem, readJson } from '~/platform/json'
import { networkOf } from '~/platform/network'
import { type OutboundAnswer, OutboundFailure } from '~/platform/outbound'
import { hasPlainHost } from '~/platform/web-address'
import { also } from '~db/database'
import { type Client, findClient, findSuspendedDocument, updateClient } from '~db/queries/clients'
import { findTenantSettings } from '~db/queries/tenant'
import { isDocumentHost } from './availability'
import { clientColumns, clientMetadata } from './client-metadata'
import { newClientRow } from './new-client'
import { availabilityOf, isOther, keySteps } from './register-client'
import { changeClientSteps, newClientSteps } from './save-client'

/** Clients whose id is the address of a document that describes them (Client ID Metadata Documents). */
export type MetadataDocuments = {
  /**
   * The client of an address, where the tenant takes documents from its host; its row is brought up to date. While its
   * host cannot be reached, what was read last counts for a day longer (RFC 5861 §4).
   * @throws DomainError `invalid` for a document that is not there or does not fit, `provider_failed` for one that cannot
   * be read at this moment, `throttled`
   */
  findClient(ctx: AppContext, clientId: string): Promise<Client | undefined>
}

const MAX_BYTES = 5 * 1024
/** For how long what was read counts beyond its time, where it cannot be read again. */
const STALE = 1 * DAY
/** After a failure nobody is asked again for so long, however often somebody wants it. */
const PAUSE = 10 * SECOND
const KEPT = { least: 1 * MINUTE, default: 1 * HOUR, most: 24 * HOUR }

export const isDocumentUrl = (clientId: string): boolean => clientId.startsWith('https://')

/**
 * Whether an address is one in its only spelling: with a path, and without what could name another document (user name,
 * fragment, dot segments, a default port). It is compared, and never repaired.
 */
export function isPlainDocumentUrl(clientId: string): boolean {
  if (clientId.length > 500 || /[#\\\s]/.test(clientId) || !hasPlainHost(clientId)) return false
  const { href, protocol, username, password, pathname } = new URL(clientId)
  return href === clientId && protocol === 'https:' && !username && !password && pathname !== '/'
}

/** What a document has besides the members of a registration: its own address, and no secret. */
const metadataDocument = z
  .looseObject({ client_id: z.string() })
  .refine((document) => !('client_secret' in document), 'A document that everybody can read holds no secret.')

/** Keeps which addresses are being read, and which have failed just now; everything else is in the client's row. */
export function createMetadataDocuments(): MetadataDocuments {
  const pausedUntil = new LRUCache<string, number>({ max: 10_000 })
  const running = new Map<string, Promise<void>>()

  async function bringUpToDate(ctx: AppContext, url: string, known: Client | undefined): Promise<void> {
    if ((pausedUntil.get(url) ?? 0) > ctx.clock.now()) throw unavailable()
    // A client that is known is asked for seldom enough: nobody shuts the people of a network out of it.
    if (!known) await ctx.throttle.take('unknown-document', networkOf(ctx.request.ip))
    try {
      const answer = await fetchDocument(ctx, url)
      const metadata = readDocument(url, answer)
      await untilUnchanged(async () => storeClient(ctx, url, await findClient(ctx.db, url), metadata))
      await ctx.db.run(updateClient(url, { documentFreshUntil: ctx.clock.now() + keptFor(answer) }))
    } catch (error) {
      pausedUntil.set(url, ctx.clock.now() + PAUSE)
      throw error
    }
  }

  return {
    async findClient(ctx, clientId) {
      const { clientMetadataHosts } = await findTenantSettings(ctx.db)
      if (!isPlainDocumentUrl(clientId) || !isDocumentHost(clientMetadataHosts, clientId)) return undefined
      // A suspension is of the document, and not of one way to write its address.
      const { origin, pathname } = new URL(clientId)
      const suspended = await findSuspendedDocument(ctx.db, `${origin}${pathname}`)
      if (suspended) return suspended
      const known = await findClient(ctx.db, clientId)
      if (known && (known.source !== 'metadata-document' || known.suspendedAt !== null)) return known
      const freshUntil = known?.documentFreshUntil ?? 0
      if (freshUntil > ctx.clock.now()) return known
      const read = running.get(clientId) ?? bringUpToDate(ctx, clientId, known).finally(() => running.delete(clientId))
      running.set(clientId, read)
      try {
        await read
      } catch (error) {
        const isPassing = error instanceof DomainError && error.code === 'provider_failed'
        if (isPassing && freshUntil + STALE > ctx.clock.now()) return known
        throw error
      }
      return findClient(ctx.db, clientId)
    },
  }
}

const UNREADABLE = 'The client metadata document cannot be read at its address.'

const unavailable = () =>
  new DomainError('provider_failed', `${UNREADABLE} Try again in a few seconds.`, {
    retryAfterSeconds: toSeconds(PAUSE),
  })

/** Why it failed is for the log: an answer that told would let anybody look around in our network. */
async function fetchDocument(ctx: AppContext, url: string): Promise<OutboundAnswer> {
  try {
    const headers = { accept: 'application/json' }
    const options = { headers, maxBytes: MAX_BYTES, timeout: 5 * SECOND, mayBePrivate: false }
    const answer = await ctx.outbound(new URL(url), options)
    const type = String(answer.headers['content-type'] ?? '').split(';', 1)[0] ?? ''
    if (answer.status === 200 && /^application\/([\w.-]+\+)?json$/i.test(type.trim())) return answer
    ctx.log.info({ url, status: answer.status, type }, 'a client metadata document is not one')
    if (answer.status < 500 && answer.status !== 429) throw new DomainError('invalid', UNREADABLE)
  } catch (error) {
    if (!(error instanceof OutboundFailure)) throw error
    ctx.log.info({ url, reason: error.message }, 'a client metadata document could not be fetched')
  }
  throw unavailable()
}

function readDocument(url: string, { body }: OutboundAnswer) {
  const problem = (message: string) => new DomainError('invalid', `The client metadata document: ${message}`)
  if (body.includes('\\u0000')) throw problem('it has a NUL character.')
  const document = metadataDocument.safeParse(readJsonOr(body, problem))
  if (!document.success) throw problem(document.error.issues[0]?.message ?? '')
  if (document.data.client_id !== url) throw problem('its client_id is not the address at which it lies.')
  const { token_endpoint_auth_method: given, ...rest } = document.data
  const parsed = clientMetadata.safeParse({ ...rest, token_endpoint_auth_method: given || 'none' })
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw problem(`${issue?.path.join('.')}: ${issue?.message}`)
  }
  const { token_endpoint_auth_method: method } = parsed.data
  if (method !== 'none' && method !== 'private_key_jwt')
    throw problem('token_endpoint_auth_method has to be none or private_key_jwt.')
  return parsed.data
}

function readJsonOr(body: string, problem: (message: string) => Error): unknown {
  try {
    return readJson(body)
  } catch (error) {
    throw error instanceof JsonProblem ? problem(`it ${error.message}.`) : error
  }
}

/** Milliseconds, as the answer says within bounds of our own (RFC 9111 §5.2.2.1). */
function keptFor({ headers }: OutboundAnswer): number {
  const seconds = /(?:^|[\s,])max-age=(\d{1,9})/i.exec(String(headers['cache-control'] ?? ''))?.[1]
  const wanted = seconds === undefined ? KEPT.default : Number(seconds) * SECOND
  return Math.min(Math.max(wanted, KEPT.least), KEPT.most)
}

/**
 * Brings the client's row up to what the document says. What an owner has approved was the document of then: a change
 * undoes it.
 */
async function storeClient(
  ctx: AppContext,
  clientId: string,
  known: Client | undefined,
  metadata: ReturnType<typeof readDocument>,
): Promise<void> {
  const now = ctx.clock.now()
  if (known && !(await isOther(ctx, known, metadata))) return
  const settings = await findTenantSettings(ctx.db)
  const source = 'metadata-document' as const
  const availability = availabilityOf(settings)
  const mode = settings.defaultThirdPartySecurityMode
  const party = partyColumns(known ?? { isFirstParty: false, thirdPartySecurityMode: mode })
  const columns = clientColumns(metadata, party)
  const row = newClientRow(now, {
    ...columns,
    clientId,
    ...party,
    availability,
    source,
  })
  const change = { ...columns, availability, reviewedAt: null, updatedAt: now }
  const event = known ? 'client.registration-changed' : 'client.registered'
  const target = asClient({ clientId, name: row.name })
  await ctx.db.atomically([
    ...(known ? changeClientSteps(ctx, known, change) : newClientSteps(row)),
    ...keySteps(ctx, clientId, metadata),
    also(auditEvent(ctx, event, target, { clientId, details: { source } })),
  ])
}
