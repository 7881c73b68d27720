import { z } from 'zod'
import { MAX_PASSWORD_LENGTH, readPassword } from '~/platform/passwords'
import { hasInvisible, withoutAddress } from '~/platform/shown-text'
import { readText } from '~/platform/text'
import { isCommonPassword } from './common-passwords'
import { MIN_PASSWORD_LENGTH } from './password-rules'

/** The rules of what a person says about themself; forms and API bodies compose them. */

/** A line that people read: no markup, nothing invisible that would make it look like another one. */
export const displayText = (label: string, max: number) =>
  z
    .string({ error: `Enter ${label}.` })
    .trim()
    .min(1, `Enter ${label}.`)
    .max(max, { error: `Use at most ${max} characters.`, abort: true })
    .refine((value) => !/[<>]/.test(value), 'Leave out < and >.')
    .refine((value) => !hasInvisible(value), 'Leave out invisible characters.')

/** The name of a person or an organization, which others read in our mails and on our pages. */
export const properName = (label: string, max: number) => displayText(label, max).refine(...withoutAddress)

/** RFC 5321 §4.5.3.1.3. */
export const MAX_LOGIN_LENGTH = 254

/** The dot-atom of RFC 5322 §3.4.1, of the characters that browsers take in a field for addresses, at a domain with a dot. */
const ADDRESS =
  /^(?=[^@]{1,64}@)[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/i

/** The one rule of addresses, whichever door they come in by. */
export const emailAddress = z
  .string({ error: 'Enter your e-mail address.' })
  .trim()
  .min(1, 'Enter your e-mail address.')
  .max(MAX_LOGIN_LENGTH, `Use an address of at most ${MAX_LOGIN_LENGTH} characters.`)
  .pipe(z.email({ pattern: ADDRESS, error: 'Enter an e-mail address such as name@example.com.' }))

/**
 * Any characters, nothing cut off; the upper bound keeps the hash affordable. A connection can ask for more, which the
 * domain looks at.
 */
export const newPassword = z
  .string({ error: 'Choose a password.' })
  .min(MIN_PASSWORD_LENGTH, { error: 'Use at least 8 characters; 15 or more are better.', abort: true })
  .max(MAX_PASSWORD_LENGTH, { error: `Use at most ${MAX_PASSWORD_LENGTH} characters.`, abort: true })
  .superRefine((value, ctx) => {
    const { problem } = readPassword(value)
    if (problem) ctx.addIssue(problem)
  })
  .refine((value) => !isCommonPassword(value), 'Many people use this password, so it is tried first. Choose another.')

/** What programs keep with a person: `user_metadata` is the person's, `app_metadata` the tenant's. */
export const metadata = z.record(z.string().max(255), z.unknown())
export const USER_METADATA = { field: 'user_metadata' }
export const APP_METADATA = { field: 'app_metadata' }

/**
 * How an address is compared: people do not tell upper from lower case.
 * @returns an empty text, which is nobody's, for what is no address
 */
export const normalizeLogin = (value: string): string =>
  readText(value, { form: 'NFKC', max: MAX_LOGIN_LENGTH }).text?.trim().toLowerCase() ?? ''
