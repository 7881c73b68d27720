import { z } from 'zod'
import { displayText } from '~/domain/users/user-fields'
import { isAddress } from '~/platform/web-address'

/** The rules of an API and its scopes; forms and API bodies compose them. */

export const SENSITIVITIES = ['basic', 'sensitive', 'restricted'] as const
export const SIGNING_ALGS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const
export const MAX_SCOPES = 200

/** Scopes that mean something of their own (OpenID Connect Core §5.4, §11). */
const RESERVED_SCOPES = new Set(['openid', 'profile', 'email', 'address', 'phone', 'offline_access'])

export const resourceServerName = displayText('a name', 200)

/** An absolute URI without a fragment (RFC 8707 §2): the `audience`, compared byte for byte. */
export const identifier = z
  .string({ error: 'Enter the identifier.' })
  .trim()
  .min(1, 'Enter the identifier.')
  .max(600, 'Use at most 600 characters.')
  .refine((value) => /^[\u0021-\u007e]*$/.test(value), 'Leave out spaces and characters that are not ASCII.')
  .refine((value) => !value.includes('#'), 'Leave out the fragment: the # and everything behind it.')
  .refine(
    (value) => /^[a-z][a-z0-9+.-]*:./i.test(value) && isAddress(value),
    'Write an absolute URI such as https://api.example.com/. It need not be an address that answers.',
  )

export const resourceServerDescription = z.string().trim().max(500, 'Use at most 500 characters.').default('')

/** Seconds. */
export const tokenLifetime = z.coerce
  .number({ error: 'Enter the lifetime in seconds.' })
  .int('Enter whole seconds.')
  .min(60, 'Use at least 60 seconds.')
  .max(2_592_000, 'Use at most 2592000 seconds, which is 30 days.')

export const signingAlg = z.enum(SIGNING_ALGS, { error: `Choose one of ${SIGNING_ALGS.join(', ')}.` })

/** A scope token (RFC 6749 §3.3). */
export const scopeValue = z
  .string({ error: 'Enter the scope.' })
  .trim()
  .min(1, 'Enter the scope.')
  .max(280, 'Use at most 280 characters.')
  .regex(
    /^[\x21\x23-\x5b\x5d-\x7e]+$/,
    'Leave out spaces, quotation marks, backslashes and characters that are not ASCII.',
  )
  .refine((value) => !RESERVED_SCOPES.has(value), 'This scope has a meaning in OpenID Connect. Choose another name.')

export const scopeDescription = displayText('what the scope lets an app do; people read it before they consent', 500)

export const sensitivity = z.enum(SENSITIVITIES, { error: 'Choose basic, sensitive or restricted.' })

export const scopes = z
  .array(z.object({ value: scopeValue, description: scopeDescription, sensitivity }))
  .max(MAX_SCOPES, { error: `Use at most ${MAX_SCOPES} scopes.`, abort: true })
  .superRefine((list, ctx) => {
    const seen = new Set<string>()
    for (const [index, { value }] of list.entries()) {
      if (seen.has(value))
        ctx.addIssue({ code: 'custom', path: [index, 'value'], message: 'This scope stands above already.' })
      seen.add(value)
    }
  })
