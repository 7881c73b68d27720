import { isClaimableCallback } from '~/domain/clients/redirect-uri'
import { isAddress } from '~/platform/web-address'

/** Callbacks as a reviewer reads them: the host by itself, and a word of warning where there is something to see. */
export const callbackRows = (callbacks: string[]) =>
  callbacks.map((uri) => ({ uri, host: hostOf(uri), warning: warningOf(uri) }))

function hostOf(uri: string): string {
  if (!isAddress(uri)) return ''
  const { host, protocol } = new URL(uri)
  return host || protocol
}

function warningOf(uri: string): string | null {
  if (!isAddress(uri)) return 'not an address'
  const { hostname } = new URL(uri)
  // Internationalized names are shown as they are sent: letters of another script can look like Latin ones.
  if (hostname.split('.').some((label) => label.startsWith('xn--'))) return 'letters of another script'
  return isClaimableCallback(uri) ? 'any program can claim it' : null
}
