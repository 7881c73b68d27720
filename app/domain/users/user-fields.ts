import { z } from 'zod'
import { hasInvisible } from '~/platform/shown-text'
import { isCommonPassword } from './common-passwords'
import { MIN_PASSWORD_LENGTH } from './password-rules'

/** The rules of what a person says about themself; forms and API bodies compose them. */

/** A line that people read: no markup, nothing invisible that would make it look like another one. */
export const displayText = (label: string, max: number) =>
  z
    .string({ error: `Enter ${label}.` })
    .trim()
    .min(1, `Enter ${label}.`)
    .max(max, `Use at most ${max} characters.`)
    .refine((value) => !/[<>]/.test(value), 'Leave out < and >.')
    .refine((value) => !hasInvisible(value), 'Leave out invisible characters.')

/** The dot-atom of RFC 5322 §3.4.1, of the characters that browsers take in a field for addresses, at a domain with a dot. */
const ADDRESS =
  /^(?=[^@]{1,64}@)[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/i

/** The one rule of addresses, whichever door they come in by. */
export const emailAddress = z
  .string({ error: 'Enter your e-mail address.' })
  .trim()
  .min(1, 'Enter your e-mail address.')
  .max(254, 'Use an address of at most 254 characters.')
  .pipe(z.email({ pattern: ADDRESS, error: 'Enter an e-mail address such as name@example.com.' }))

/**
 * Any characters, nothing cut off; the upper bound keeps the hash affordable. A connection can ask for more, which the
 * domain looks at.
 */
export const newPassword = z
  .string({ error: 'Choose a password.' })
  .min(MIN_PASSWORD_LENGTH, { error: 'Use at least 8 characters; 15 or more are better.', abort: true })
  .max(256, 'Use at most 256 characters.')
  .refine((value) => !isCommonPassword(value), 'Many people use this password, so it is tried first. Choose another.')

/** What programs keep with a person: `user_metadata` is the person's, `app_metadata` the tenant's. */
export const metadata = z.record(z.string().max(255), z.unknown())
export const USER_METADATA = { field: 'user_metadata' }
export const APP_METADATA = { field: 'app_metadata' }

/** How an address is compared: people do not tell upper from lower case. */
export const normalizeLogin = (value: string): string => value.trim().normalize('NFKC').toLowerCase()
