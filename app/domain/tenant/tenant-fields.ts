import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import { linkProblem, logoutUrlProblem } from '~/domain/clients/client-links'
import { displayText, emailAddress } from '~/domain/users/user-fields'
import { hasPlainHost, webPage } from '~/platform/web-address'

/** The rules of a tenant's settings; forms and API bodies compose them. */

export const friendlyName = displayText('the name of the tenant', 100)

/** May be left empty, and is null then. */
export const supportEmail = z
  .union([z.literal(''), emailAddress], {
    error: 'Enter an e-mail address such as help@example.com, or leave it empty.',
  })
  .default('')
  .transform((value) => value || null)

/** May be left empty, and is null then. */
export const supportUrl = z
  .union([z.literal(''), webPage(1000)], {
    error: 'Enter an address such as https://example.com/help, or leave it empty.',
  })
  .default('')
  .transform((value) => value || null)

/** Whole days. */
export const formerIssuerDays = z.coerce
  .number({ error: 'Enter a whole number of days.' })
  .int('Enter a whole number of days.')
  .min(0, 'At least 0.')
  .max(3650, 'At most 3650.')
  .default(30)

export const securityMode = z.enum(['permissive', 'strict'], { error: 'Choose permissive or strict.' })

/** Hosts whose client metadata documents are taken, one a line; `*` stands for any. */
export const metadataHosts = z
  .string()
  .default('')
  .transform((text, ctx) => {
    const hosts = [...new Set(text.split(/\s+/).filter(Boolean))]
    if (hosts.length > 100) {
      ctx.addIssue('Use at most 100 hosts.')
      return z.NEVER
    }
    for (const host of hosts) {
      if (host !== '*' && !isHost(host))
        ctx.addIssue(`“${host.slice(0, 100)}” is no host. Write it as apps.example.com.`)
    }
    return hosts
  })

const isHost = (text: string): boolean => hasPlainHost(`https://${text}/`) && new URL(`https://${text}/`).host === text

const checkedBy = (problemOf: (value: string) => string | undefined) =>
  z.string().superRefine((value, ctx) => {
    const problem = problemOf(value)
    if (problem) ctx.addIssue(problem)
  })

/** A picture or a page: https, with nothing in it that hides where it leads. */
export const webAddress = checkedBy(linkProblem)

/** Where people may be sent after they have signed out. */
export const logoutUrl = checkedBy((value) => logoutUrlProblem(value))

/** `*` stands for a character; at least eight, so that none is guessed while a device waits (RFC 8628 §5.1). */
export const userCodeMask = z
  .string()
  .max(20, 'Use at most 20 characters.')
  .regex(/^[* -]*$/, 'Use *, hyphens and spaces.')
  .refine((mask) => mask.split('*').length - 1 >= 8, 'Use at least 8 asterisks: shorter codes can be guessed.')

/** An address or a network: `192.0.2.1`, `2001:db8::/32`. */
export const networkRange = z
  .string()
  .max(50)
  .refine(
    (text) => ipaddr.isValid(text) || ipaddr.isValidCIDR(text),
    'Write an address such as 192.0.2.1, or 192.0.2.0/24',
  )

/** As `#rrggbb`. */
export const colour = z
  .string()
  .regex(/^#[0-9a-f]{6}$/i, 'Write the colour as #rrggbb')
  .transform((value) => value.toLowerCase())
