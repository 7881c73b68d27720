import { z } from 'zod'
import type { AppContext } from '~/context'
import { rotateSigningKey } from '~/domain/keys/signing-keys'
import { readOptions } from './options'

const options = z.object({ alg: z.enum(['RS256', 'PS256', 'ES256', 'EdDSA'], 'Use RS256, PS256, ES256 or EdDSA.') })

export async function rotateKeys(ctx: AppContext, given: unknown): Promise<void> {
  const { alg } = readOptions(options, given)
  const { kid, startsAt } = await rotateSigningKey(ctx, alg)
  console.log(`The key ${kid} signs from ${new Date(startsAt).toISOString()} on; a next one is published.`)
}
