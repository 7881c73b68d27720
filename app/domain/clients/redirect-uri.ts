import { isAddress, PLAIN_HOST } from '~/platform/web-address'
import type { AppType, Client } from '~db/queries/clients'
import { addressLines, MAX_ADDRESS_LENGTH, ODD_HOST } from './address-lists'

/**
 * The rules of a callback (RFC 6749 §3.1.2, RFC 8252, RFC 9700 §2.1). Loopback hosts over plain http are taken from
 * every type of app, before approval and after it: nothing leaves the machine, and consent at such a callback is asked
 * each time. A registered callback is compared exactly; only a native app's loopback IP literal may vary its port.
 */

export const MAX_CALLBACKS = 10

/** Schemes that run code, read files or start other apps instead of coming back to one. */
const DANGEROUS_SCHEMES = new Set([
  'javascript',
  'data',
  'vbscript',
  'file',
  'filesystem',
  'blob',
  'about',
  'intent',
  'view-source',
  'ws',
  'wss',
  'ftp',
  'mailto',
  'tel',
  'sms',
])
const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]'])
/** What the server itself adds to a callback: registered, it could stand in for an answer (parameter pollution). */
const RESPONSE_PARAMETERS = [
  'code',
  'state',
  'error',
  'error_description',
  'error_uri',
  'iss',
  'id_token',
  'access_token',
  'response',
]

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const UNPRINTABLE = /[\u0000-\u0020\u007f-\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]/

// biome-ignore lint/suspicious/noControlCharactersInRegex: the bounds of ASCII
const NOT_ASCII = /[^\u0000-\u007f]/

export const isDangerousScheme = (scheme: string): boolean => DANGEROUS_SCHEMES.has(scheme)

export type SchemeRules = {
  /** Takes schemes without a dot, which any app could have too. */
  anyScheme?: boolean
}

/** What is wrong with a callback, as a sentence that says what to change; undefined when it can be registered. Pure. */
export function redirectUriProblem(
  appType: AppType | null,
  value: string,
  schemes: SchemeRules = {},
): string | undefined {
  const scheme = schemeOf(value)
  if (scheme !== undefined && DANGEROUS_SCHEMES.has(scheme)) {
    return `${scheme}: addresses cannot be callbacks. Use an https:// address.`
  }
  if (value.length > MAX_ADDRESS_LENGTH)
    return `This is longer than ${MAX_ADDRESS_LENGTH} characters. Use a shorter address.`
  if (UNPRINTABLE.test(value)) return 'Leave out spaces and invisible characters.'
  if (value.includes('\\')) return 'Write slashes forwards (/), without any backslash.'
  if (scheme === undefined) return 'Write the whole address, beginning with https://.'
  if (value.includes('#')) return 'Leave out the fragment: the # and everything behind it.'
  if (value.includes('*')) return 'Wildcards (*) are not possible. List each address in full.'
  if (!isAddress(value)) return 'This is not an address that browsers can open. Check its spelling.'
  const problem =
    scheme === 'https' || scheme === 'http'
      ? webProblem(scheme, value)
      : privateUseProblem(appType, scheme, value, schemes)
  return (
    problem ??
    (NOT_ASCII.test(value) ? 'Write characters that are not ASCII percent-encoded, as in %C3%BC.' : undefined)
  )
}

function webProblem(scheme: 'http' | 'https', value: string): string | undefined {
  const url = new URL(value)
  // The URL parser repairs `https:host`; what it repaired is not what the client will send.
  const authority = /^https?:\/\/([^/?]+)/i.exec(value)?.[1]
  if (authority === undefined) return `Write two slashes and a host behind ${scheme}:, as in https://app.example.com/.`
  if (authority.includes('@')) return 'Leave out the user name and password in front of the host.'
  if (NOT_ASCII.test(authority)) return 'Write the host in its ASCII form, which begins with xn--.'
  const host = /^(\[[^\]]*\]|[^:]*)/.exec(authority)?.[1]?.toLowerCase()
  if (host !== url.hostname) return `Write the host in its normal form, ${url.hostname}.`
  if (!PLAIN_HOST.test(url.hostname)) return ODD_HOST
  if (scheme === 'http' && !LOOPBACK_HOSTS.has(url.hostname)) {
    return 'Use https. Plain http is possible for localhost, 127.0.0.1 and [::1] only.'
  }
  return queryProblem(url)
}

function privateUseProblem(
  appType: AppType | null,
  scheme: string,
  value: string,
  { anyScheme = false }: SchemeRules,
): string | undefined {
  if (appType !== 'native') {
    return `Use https. The scheme ${scheme}: is possible for native apps only.`
  }
  if (!scheme.includes('.') && !anyScheme) {
    return `Name the scheme after a domain of yours, in reverse, as in com.example.app:/callback (RFC 8252 §7.1).`
  }
  if (/^[^:]+:\/\/[^/]*@/.test(value)) return 'Leave out the user name and password.'
  const url = new URL(value)
  if (url.hostname !== '' && !PLAIN_HOST.test(url.hostname)) return ODD_HOST
  return queryProblem(url)
}

function queryProblem(url: URL): string | undefined {
  const found = RESPONSE_PARAMETERS.find((name) => url.searchParams.has(name))
  return found && `Leave “${found}” out of the query: it is what the answer brings.`
}

/** The scheme in lower case, read as leniently as the most lenient browser does: past spaces and controls. */
function schemeOf(value: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers skip them
  const bare = value.replace(/[\u0000-\u0020\u007f-\u00a0\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]/g, '')
  return /^([a-z][a-z0-9+.-]*):/i.exec(bare)?.[1]?.toLowerCase()
}

/** The callbacks of an app as text, one a line. */
export const redirectUriLines = (appType: AppType | null) =>
  addressLines(MAX_CALLBACKS, (value) => redirectUriProblem(appType, value), 'callbacks')

/**
 * Whether a callback in a request is one of the client's: code point by code point (RFC 9700 §2.1), but for the port
 * of a loopback IP literal of a native app (RFC 8252 §7.3). The name `localhost` keeps its port: it can be made to
 * resolve elsewhere (RFC 8252 §8.3).
 */
export function isRegisteredRedirectUri(client: Pick<Client, 'appType' | 'callbacks'>, given: string): boolean {
  if (client.callbacks.includes(given)) return true
  if (client.appType !== 'native') return false
  const portless = withoutLoopbackPort(given)
  return portless !== undefined && client.callbacks.some((callback) => withoutLoopbackPort(callback) === portless)
}

function withoutLoopbackPort(uri: string): string | undefined {
  const match = /^http:\/\/(127\.0\.0\.1|\[::1\])(?::(\d{1,5}))?(?=[/?]|$)(.*)$/s.exec(uri)
  if (!match || Number(match[2] ?? 80) > 65_535 || /[#\s]/.test(uri)) return undefined
  return `${match[1]}${match[3]}`
}

/** Whether a callback is of a scheme that belongs to no domain: any app on the device can have it as well. Pure. */
export const isOfPlainScheme = (uri: string): boolean => /^(?!https?:)[a-z][a-z0-9+-]*:/i.test(uri)

/** Whether the answer goes to the person's own machine. Pure. */
export const isLoopbackCallback = (uri: string): boolean => isAddress(uri) && LOOPBACK_HOSTS.has(new URL(uri).hostname)

/** Whether any program on the person's device could receive what is sent there (RFC 8252 §8.6). Pure. */
export function isClaimableCallback(uri: string): boolean {
  if (!isAddress(uri)) return true
  const { protocol, hostname } = new URL(uri)
  return protocol !== 'https:' || LOOPBACK_HOSTS.has(hostname)
}
