import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { createSelfSignedCertificate } from '~/platform/certificate'
import { MINUTE } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { generateSigningKey } from '~/platform/jwt'
import { also, must, type Step } from '~db/database'
import {
  activateConnectionKey,
  type Connection,
  type ConnectionKey,
  type ConnectionKeyAlg,
  deleteRetiredConnectionKeys,
  insertConnectionKey,
  listConnectionKeys,
  retireConnectionKeys,
  updateConnection,
} from '~db/queries/connections'

/**
 * A connection that proves itself by a key has one that signs, and a next one that its provider may know beforehand. A
 * rotation makes the next one sign; the one before is published until the next rotation.
 */

/** Longer than a provider that reads the key set keeps it, as it is told to. */
const PUBLISHED_BEFORE_USE = 10 * MINUTE

/** Only an OpenID Connect provider can be proved to by a key. @throws DomainError `invalid` */
function requireOidc({ strategy }: Connection): void {
  if (strategy !== 'oidc') throw new DomainError('invalid', 'Only connections of the strategy oidc have keys')
}

/** What a key of a connection is for at a moment. */
export function stateOfConnectionKey(
  { activatedAt, retiredAt }: ConnectionKey,
  now: number,
): 'next' | 'current' | 'previous' {
  if (activatedAt === null || activatedAt > now) return 'next'
  return retiredAt === null || retiredAt > now ? 'current' : 'previous'
}

/** The steps that give a connection its first two keys; none where it has them. The first signs at once. */
export async function firstConnectionKeySteps(ctx: AppContext, connection: Connection): Promise<Step[]> {
  if ((await listConnectionKeys(ctx.db, { connectionId: connection.id })).length > 0) return []
  const { token_endpoint_auth_signing_alg: alg = 'RS256' } = connection.options
  return [await newKeyStep(ctx, connection, alg, ctx.clock.now()), await newKeyStep(ctx, connection, alg, null)]
}

async function newKeyStep(
  ctx: AppContext,
  { id: connectionId }: Connection,
  alg: ConnectionKeyAlg,
  activatedAt: number | null,
): Promise<Step> {
  const { kid, publicJwk, privateJwk } = await generateSigningKey(alg)
  const now = ctx.clock.now()
  const { hostname: host } = new URL(ctx.config.issuer)
  return also(
    insertConnectionKey({
      kid,
      connectionId,
      alg,
      publicJwk: publicJwk as Record<string, unknown>,
      encryptedPrivateJwk: await ctx.encryption.encrypt(JSON.stringify(privateJwk)),
      certificate: await createSelfSignedCertificate(alg, { publicJwk, privateJwk }, { host, now }),
      createdAt: now,
      activatedAt,
      retiredAt: null,
    }),
  )
}

/**
 * Makes the keys of a connection before it is told to prove itself by them, so that its provider can learn them first.
 * @throws DomainError `invalid` for a connection that cannot have any, `conflict` where it has some
 */
export async function createConnectionKeys(ctx: AppContext, connection: Connection): Promise<ConnectionKey[]> {
  requireOidc(connection)
  const taken = () => new DomainError('conflict', 'The connection has keys already: rotate them')
  const steps = await firstConnectionKeySteps(ctx, connection)
  if (steps.length === 0) throw taken()
  await ctx.db.atomically([unchanged(ctx, connection, taken), ...steps, rotatedEvent(ctx, connection)])
  return listConnectionKeys(ctx.db, { connectionId: connection.id })
}

/**
 * Makes the next key sign, and a new next one. It signs at once or, if it is younger than what providers keep of the key
 * set, as soon as that has ended.
 * @param alg of the new next key
 * @returns the new next key
 * @throws DomainError `invalid` for a connection that has none, `conflict` when another rotation is under way
 */
export async function rotateConnectionKeys(
  ctx: AppContext,
  connection: Connection,
  alg?: ConnectionKeyAlg,
): Promise<ConnectionKey> {
  requireOidc(connection)
  const keys = await listConnectionKeys(ctx.db, { connectionId: connection.id })
  const next = keys.find(({ activatedAt }) => activatedAt === null)
  if (!next) throw new DomainError('invalid', 'The connection has no keys yet: create them')
  const now = ctx.clock.now()
  const startsAt = Math.max(now, next.createdAt + PUBLISHED_BEFORE_USE)
  const underWay = () => new DomainError('conflict', 'Another rotation is under way. Look at the keys again.')
  await ctx.db.atomically([
    also(deleteRetiredConnectionKeys(connection.id, now)),
    also(retireConnectionKeys(connection.id, startsAt)),
    must(activateConnectionKey(next.kid, startsAt), underWay),
    await newKeyStep(ctx, connection, alg ?? next.alg, null),
    rotatedEvent(ctx, connection),
  ])
  const after = await listConnectionKeys(ctx.db, { connectionId: connection.id })
  const made = after.find(({ activatedAt }) => activatedAt === null)
  if (!made) throw underWay()
  return made
}

/** The key set that a provider reads (RFC 7517 §5). */
export async function connectionKeySet(ctx: Pick<AppContext, 'db'>, connectionId: string): Promise<{ keys: object[] }> {
  const keys = await listConnectionKeys(ctx.db, { connectionId })
  return { keys: keys.map(({ publicJwk, certificate }) => ({ ...publicJwk, x5c: [certificate] })) }
}

/** Of two who make the first keys at once, the second one finds that the connection has changed. */
const unchanged = (ctx: AppContext, { id, updatedAt }: Connection, otherwise: () => Error): Step =>
  must(updateConnection(id, { updatedAt: Math.max(ctx.clock.now(), updatedAt + 1) }, updatedAt), otherwise)

const rotatedEvent = (ctx: AppContext, { id, name }: Connection): Step =>
  also(auditEvent(ctx, 'connection.key-rotated', { type: 'connection', id, name }, { connectionId: id }))
