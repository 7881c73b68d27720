import type { AppContext } from '~/context'
import { SECOND } from '~/platform/durations'
import { hashSecret, newSecret } from '~/platform/secrets'
import { also, type Step } from '~db/database'
import type { Client } from '~db/queries/clients'
import { findPushedRequest, insertPushedRequest } from '~db/queries/grants'

const PREFIX = 'urn:ietf:params:oauth:request_uri:'
/** A client sends the browser on at once; from then on the request is kept for as long as the person needs. */
const LIFETIME = 60 * SECOND

/**
 * Keeps a validated request until the browser comes with it (RFC 9126 §2.2).
 * @param steps what has to hold besides, in the same transaction
 * @returns the `request_uri`, and its lifetime in seconds
 */
export async function pushRequest(
  ctx: Pick<AppContext, 'db' | 'clock'>,
  { clientId }: Client,
  params: Record<string, string>,
  steps: Step[] = [],
): Promise<{ requestUri: string; expiresIn: number }> {
  const requestUri = `${PREFIX}${newSecret('par')}`
  const now = ctx.clock.now()
  const pushed = insertPushedRequest({
    requestUriHash: hashSecret(requestUri),
    clientId,
    params,
    createdAt: now,
    expiresAt: now + LIFETIME,
    usedAt: null,
  })
  await ctx.db.atomically([...steps, also(pushed)])
  return { requestUri, expiresIn: LIFETIME / SECOND }
}

export const isPushedRequestUri = (requestUri: string): boolean => requestUri.startsWith(PREFIX)

/** The pushed request of this client behind a `request_uri`; `undefined` where it was used, or has ended. */
export async function findLivePushedRequest(
  ctx: Pick<AppContext, 'db' | 'clock'>,
  { clientId }: Client,
  requestUri: string,
): Promise<{ hash: string; params: Record<string, string> } | undefined> {
  const found = await findPushedRequest(ctx.db, hashSecret(requestUri))
  if (!found || found.clientId !== clientId || found.usedAt !== null || found.expiresAt <= ctx.clock.now())
    return undefined
  return { hash: found.requestUriHash, params: found.params }
}
