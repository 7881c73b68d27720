import { z } from 'zod'

/**
 * A host of letters, digits, dots and hyphens, or an address of the network in brackets. URL parsers keep `;`, `,` and
 * quotation marks in a host, which mean something else where a host is written into a header.
 */
export const PLAIN_HOST = /^([a-z0-9.-]+|\[[0-9a-f:.]+\])$/i

/** No address that is stored is longer, and no host with what may stand around it. */
const MAX_LENGTH = 4096
const MAX_HOST_LENGTH = 300

/** What is read as a host of letters, which are normalized and encoded: that costs the square of their number. */
const HOST = /^(?:https?|wss?|ftp|file):[/\\]*([^/\\?#]*)/i

/** Whether a text is an address that can be opened. It is asked before a stranger's text is read as one. */
export function isAddress(text: string, base?: string): boolean {
  // Of an address with a space before it, or with control characters, browsers leave these out.
  if (text.length > MAX_LENGTH || /^ |\p{Cc}/u.test(text)) return false
  const [, host = ''] = HOST.exec(text) ?? []
  return host.length <= MAX_HOST_LENGTH && parses(text, base)
}

// `URL.canParse` of Node 20 calls a text with letters such as ü no address as soon as it has been compiled.
function parses(text: string, base?: string): boolean {
  try {
    return Boolean(new URL(text, base))
  } catch {
    return false
  }
}

/** Whether an address can be opened and its host is a plain one. */
export const hasPlainHost = (address: string): boolean =>
  isAddress(address) && PLAIN_HOST.test(new URL(address).hostname)

/** A field for the address of a web page. */
export const webPage = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => hasPlainHost(text) && /^https?:/i.test(text), {
      error: 'Write an address that begins with https:// or http://',
    })
    .meta({ format: 'uri' })
