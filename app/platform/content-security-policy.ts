/** Policies for what a page may load and who may frame it (CSP Level 3), made of parts that cannot end one another. */
import { PLAIN_HOST } from './web-address'

const KEYWORD = /^('self'|'none'|'nonce-[\w+/=-]+'|data:)$/

/** Whether a text is a source and nothing more: `;` or `,` in it would begin a directive or a policy of its own. */
const isSource = (text: string): boolean => {
  const [, host, port = ''] = /^https?:\/\/(\[[^\]]*\]|[^:]*)(?::(.*))?$/i.exec(text) ?? []
  return KEYWORD.test(text) || (host !== undefined && PLAIN_HOST.test(host) && /^\d{0,5}$/.test(port))
}

/**
 * The value of the header. What is no source is left out; a directive that loses all of them allows nothing.
 * @param directives by their names; each source is a keyword or an origin
 */
export const contentSecurityPolicy = (directives: Record<string, string[]>): string =>
  Object.entries(directives)
    .map(([name, given]) => {
      const sources = given.filter(isSource)
      return `${name} ${sources.length === 0 ? "'none'" : sources.join(' ')}`
    })
    .join('; ')
