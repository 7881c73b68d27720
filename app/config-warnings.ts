/** What of a configuration works and is still hardly meant: told at the start, and by `portal check`. */
import type { Config } from './config'

export const FORWARDED_UNTRUSTED =
  'X-Forwarded-For comes from an address that TRUST_PROXY does not name: all visitors count as one; set TRUST_PROXY to the address of the proxy'

export function configWarnings({ isSecure, trustProxy, smtpUrl, mailFolder, misspelt }: Config): string[] {
  const warnings = misspelt.map(({ given, meant }) => `nothing reads the variable ${given}; ${meant} may be meant`)
  // Plain HTTP is all that the program speaks: a proxy is in front wherever the issuer is https.
  if (isSecure && !trustProxy)
    warnings.push(
      'ISSUER is https and TRUST_PROXY names no proxy: all visitors count as one; set TRUST_PROXY to the address of the proxy',
    )
  if (isSecure && !smtpUrl)
    warnings.push(`SMTP_URL is not set: mails with links to sign in are written to ${mailFolder} and sent to nobody`)
  return warnings
}
