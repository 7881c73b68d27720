import type { AppContext } from '~/context'
import { type AsymmetricAlg, generateSigningKey } from '~/platform/jwt'
import type { Write } from '~db/database'
import { insertSigningKey } from '~db/queries/keys'

/** A new key that signs from now on. */
export async function createSigningKey(
  ctx: Pick<AppContext, 'clock' | 'encryption'>,
  alg: AsymmetricAlg,
): Promise<Write> {
  const { kid, publicJwk, privateJwk } = await generateSigningKey(alg)
  const now = ctx.clock.now()
  return insertSigningKey({
    kid,
    alg,
    publicJwk: publicJwk as Record<string, unknown>,
    encryptedPrivateJwk: await ctx.encryption.encrypt(JSON.stringify(privateJwk)),
    createdAt: now,
    activatedAt: now,
    retiredAt: null,
    revokedAt: null,
  })
}
