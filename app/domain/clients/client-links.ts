import { z } from 'zod'
import { hasPlainHost, isAddress } from '~/platform/web-address'
import type { AppType } from '~db/queries/clients'
import { addressLines, MAX_ADDRESS_LENGTH, ODD_HOST } from './address-lists'
import { isDangerousScheme, redirectUriProblem, type SchemeRules } from './redirect-uri'

export const MAX_LOGOUT_URLS = 10
export const MAX_WEB_ORIGINS = 10

const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?(\/|$)/

/** A page about the app: https, and nothing in it that hides where it leads. */
export function linkProblem(value: string): string | undefined {
  if (value.length > MAX_ADDRESS_LENGTH) return `Use at most ${MAX_ADDRESS_LENGTH} characters.`
  if (!/^https:\/\/[^/]/i.test(value)) return 'Write the whole address, beginning with https://.'
  if (!/^[\u0021-\u007e]+$/.test(value)) return 'Leave out spaces and characters that are not ASCII.'
  if (/[\\<>"]/.test(value)) return 'Leave out \\, <, > and quotation marks.'
  if (!isAddress(value)) return 'This is not an address that browsers can open. Check its spelling.'
  if (!hasPlainHost(value)) return ODD_HOST
  const { username, password } = new URL(value)
  return username || password ? 'Leave out the user name and password in front of the host.' : undefined
}

/** A link that may be left empty, and is null then. */
export const optionalLink = z
  .string()
  .default('')
  .transform((text, ctx) => {
    const value = text.trim()
    if (value === '') return null
    const problem = linkProblem(value)
    if (problem) ctx.addIssue(problem)
    return value
  })

/** Where people may be sent after signing out, one a line: https, a loopback host, or a native app's own scheme. */
export const logoutUrlLines = (type: AppType | null) =>
  addressLines(MAX_LOGOUT_URLS, (value) => logoutUrlProblem(value, type))

export function logoutUrlProblem(
  value: string,
  type: AppType | null = null,
  schemes: SchemeRules = {},
): string | undefined {
  if (value.includes('#')) return 'Leave out the fragment: the # and everything behind it.'
  if (value.includes('*')) return 'Wildcards (*) are not possible. List each address in full.'
  if (type === 'native' && !/^https?:/i.test(value)) return redirectUriProblem(type, value, schemes)
  return linkProblem(LOOPBACK.test(value) ? value.replace(/^http:/, 'https:') : value)
}

export const MAX_BACKCHANNEL_LOGOUT_URLS = 1

/** Where the app's server is told that a session has ended, one a line: https, with nothing behind the path. */
export const backchannelLogoutLines = addressLines(MAX_BACKCHANNEL_LOGOUT_URLS, backchannelLogoutProblem)

export function backchannelLogoutProblem(value: string): string | undefined {
  if (value.includes('#')) return 'Leave out the fragment: the # and everything behind it.'
  return linkProblem(value)
}

/** The origins whose pages may call the server from a browser, one a line: scheme, host and port only. */
export const webOriginLines = (type: AppType | null) =>
  addressLines(MAX_WEB_ORIGINS, (value) => webOriginProblem(value, type))

/** Pages inside a native app have an origin of its own scheme, such as capacitor://localhost. */
export function webOriginProblem(value: string, type: AppType | null = null): string | undefined {
  if (value.includes('*')) return 'Wildcards (*) are not possible. List each origin.'
  if (type === 'native' && !/^https?:/i.test(value)) return ownSchemeOriginProblem(value)
  const problem = linkProblem(LOOPBACK.test(value) ? value.replace(/^http:/, 'https:') : value)
  if (problem) return problem
  const { origin } = new URL(value)
  return origin === value ? undefined : `Write the origin alone: ${origin}`
}

function ownSchemeOriginProblem(value: string): string | undefined {
  const scheme = /^([a-z][a-z0-9+.-]*):/.exec(value)?.[1]
  if (scheme !== undefined && isDangerousScheme(scheme))
    return `Pages of ${scheme}: addresses have no origin of their own.`
  if (/^[a-z][a-z0-9+.-]*:\/\/[a-z0-9][a-z0-9.-]*(:\d{1,5})?$/.test(value)) return undefined
  return 'Write the origin alone, in lower case, as in capacitor://localhost.'
}
