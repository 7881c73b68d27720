import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { createSelfSignedCertificate } from '~/platform/certificate'
import { MINUTE } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { type AsymmetricAlg, generateSigningKey } from '~/platform/jwt'
import { also, must, type Step } from '~db/database'
import {
  activateSigningKey,
  insertSigningKey,
  listSigningKeys,
  retireSigningKeys,
  revokeSigningKey as revokeWrite,
  type SigningKeyRow,
} from '~db/queries/keys'

/**
 * Each algorithm that is in use has a key that signs, and a next one that is published and does not sign yet. A rotation
 * makes the next one sign; the one before stays published until its last token has ended. So nothing fails to verify.
 */

/** Longer than any cache of the key set lives: five minutes over HTTP, one in each node. */
const PUBLISHED_BEFORE_USE = 10 * MINUTE

export type KeyState = 'next' | 'current' | 'previous'

/** What a key of the tenant is for at a moment. */
export function stateOfKey({ activatedAt, retiredAt }: SigningKeyRow, now: number): KeyState {
  if (activatedAt === null || activatedAt > now) return 'next'
  return retiredAt === null || retiredAt > now ? 'current' : 'previous'
}

/** The steps that give an algorithm its first two keys; none where it has them. The first signs at once. */
export async function firstKeySteps(ctx: AppContext, alg: AsymmetricAlg): Promise<Step[]> {
  const rows = await listSigningKeys(ctx.db, {})
  if (rows.some((row) => row.alg === alg)) return []
  return [...(await newKeySteps(ctx, alg, ctx.clock.now())), ...(await newKeySteps(ctx, alg, null))]
}

async function newKeySteps(ctx: AppContext, alg: AsymmetricAlg, activatedAt: number | null): Promise<Step[]> {
  const { kid, publicJwk, privateJwk } = await generateSigningKey(alg)
  const now = ctx.clock.now()
  const { hostname: host } = new URL(ctx.config.issuer)
  const row: SigningKeyRow = {
    kid,
    alg,
    publicJwk: publicJwk as Record<string, unknown>,
    encryptedPrivateJwk: await ctx.encryption.encrypt(JSON.stringify(privateJwk)),
    certificate: await createSelfSignedCertificate(alg, { publicJwk, privateJwk }, { host, now }),
    createdAt: now,
    activatedAt,
    retiredAt: null,
    revokedAt: null,
  }
  const details = { alg, startsAt: activatedAt }
  return [also(insertSigningKey(row)), also(auditEvent(ctx, 'key.created', { type: 'key', id: kid }, { details }))]
}

/**
 * Makes the next key of an algorithm sign, and a new next one. It signs at once, or, if it is younger than the caches of
 * the key set, as soon as those have ended.
 * @returns the key that signs next, and from when (milliseconds)
 * @throws DomainError `not_found` for an algorithm without keys, `conflict` when another rotation is under way
 */
export async function rotateSigningKey(
  ctx: AppContext,
  alg: AsymmetricAlg,
): Promise<{ kid: string; startsAt: number }> {
  const now = ctx.clock.now()
  const next = (await listSigningKeys(ctx.db, {})).find((row) => row.alg === alg && row.activatedAt === null)
  if (!next) throw new DomainError('not_found', `Nothing here is signed with ${alg}: there is no key to rotate.`)
  const startsAt = Math.max(now, next.createdAt + PUBLISHED_BEFORE_USE)
  const underWay = () => new DomainError('conflict', 'Another rotation is under way. Look at the keys again.')
  await ctx.db.atomically([
    also(retireSigningKeys(alg, startsAt)),
    must(activateSigningKey(next.kid, startsAt), underWay),
    also(auditEvent(ctx, 'key.rotated', { type: 'key', id: next.kid }, { details: { alg, startsAt } })),
    ...(await newKeySteps(ctx, alg, null)),
  ])
  ctx.keyring.forget()
  return { kid: next.kid, startsAt }
}

/**
 * Takes a key out of the key set, and with it the worth of every token that it signed: after it leaked.
 * @throws DomainError `conflict` for a key that signs or is to sign: rotate first
 */
export async function revokeSigningKey(ctx: AppContext, kid: string): Promise<void> {
  const refused = () =>
    new DomainError(
      'conflict',
      'Only a key that no longer signs can be revoked. Rotate first, then revoke the old one.',
    )
  await ctx.db.atomically([
    must(revokeWrite(kid, ctx.clock.now()), refused),
    also(auditEvent(ctx, 'key.revoked', { type: 'key', id: kid })),
  ])
  ctx.keyring.forget()
}
