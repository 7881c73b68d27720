/**
 * A host of letters, digits, dots and hyphens, or an address of the network in brackets. URL parsers keep `;`, `,` and
 * quotation marks in a host, which mean something else where a host is written into a header.
 */
export const PLAIN_HOST = /^([a-z0-9.-]+|\[[0-9a-f:.]+\])$/i

/** Whether an address can be opened and its host is a plain one. */
export const hasPlainHost = (address: string): boolean =>
  URL.canParse(address) && PLAIN_HOST.test(new URL(address).hostname)
