/** An authenticator app that a person of a test tenant has. */
import { base32, encodeHex } from 'oslo/encoding'
import { confirmTotpEnrolment, startTotpEnrolment } from '~/domain/authenticators/enrol-totp'
import { SECOND } from '~/platform/durations'
import { totpCode } from '~/platform/totp'
import type { Person } from './people'
import type { TestServices } from './services'

/** The hexadecimal seed of the key that a page shows. */
export const seedOf = (secret: string): string => encodeHex(base32.decode(secret, { strict: false }))

export type Authenticator = {
  /** The next code that was not shown before: time goes on by a step. */
  nextCode(): Promise<string>
  recoveryCodes: string[]
}

/** Sets up a second factor for a person. */
export async function enrol({ clock }: TestServices, { ctx, user }: Person): Promise<Authenticator> {
  const hex = seedOf((await startTotpEnrolment(ctx, user)).secret)
  const recoveryCodes = await confirmTotpEnrolment(ctx, user, await totpCode(hex, clock.now()))
  return {
    recoveryCodes,
    nextCode() {
      clock.advance(30 * SECOND)
      return totpCode(hex, clock.now())
    },
  }
}
