import type { AppContext } from '~/context'
import { type AsymmetricAlg, generateSigningKey } from '~/platform/jwt'
import type { Write } from '~db/database'
import { insertSigningKey } from '~db/queries/keys'

/** A new key that signs from a moment on (milliseconds), and the write that stores it. */
export async function createSigningKey(
  ctx: Pick<AppContext, 'clock' | 'encryption'>,
  alg: AsymmetricAlg,
  startsAt: number,
): Promise<{ kid: string; write: Write }> {
  const { kid, publicJwk, privateJwk } = await generateSigningKey(alg)
  const write = insertSigningKey({
    kid,
    alg,
    publicJwk: publicJwk as Record<string, unknown>,
    encryptedPrivateJwk: await ctx.encryption.encrypt(JSON.stringify(privateJwk)),
    createdAt: ctx.clock.now(),
    activatedAt: startsAt,
    retiredAt: null,
    revokedAt: null,
  })
  return { kid, write }
}
