import { z } from 'zod'
import { displayText, emailAddress } from '~/domain/users/user-fields'

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
  .union([z.literal(''), z.url({ protocol: /^https?$/ }).max(1000)], {
    error: 'Enter an address such as https://example.com/help, or leave it empty.',
  })
  .default('')
  .transform((value) => value || null)

export const securityMode = z.enum(['permissive', 'strict'], { error: 'Choose permissive or strict.' })

/** Hosts whose client metadata documents are taken, one a line; `*` stands for any. */
export const metadataHosts = z
  .string()
  .default('')
  .transform((text, ctx) => {
    const hosts = [...new Set(text.split(/\s+/).filter(Boolean))]
    for (const host of hosts) {
      if (host !== '*' && !isHost(host))
        ctx.addIssue(`“${host.slice(0, 100)}” is no host. Write it as apps.example.com.`)
    }
    if (hosts.length > 100) ctx.addIssue('Use at most 100 hosts.')
    return hosts
  })

const isHost = (text: string): boolean => URL.canParse(`https://${text}/`) && new URL(`https://${text}/`).host === text
