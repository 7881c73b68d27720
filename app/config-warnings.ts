/** What of a configuration works and is still hardly meant: told at the start, and by `portal check`. */
import type { Config } from './config'

export const FORWARDED_UNTRUSTED =
  'X-Forwarded-For comes from an address that TRUST_PROXY does not name: all visitors count as one; set TRUST_PROXY to the address of the proxy'

export const mailFolderUnusable = ({ mailFolder }: Pick<Config, 'mailFolder'>): string =>
  `mails cannot be written to ${mailFolder}, and wait; change the owner of that folder, or set SMTP_URL`

export function configWarnings({
  isSecure,
  trustProxy,
  smtpUrl,
  mailFolder,
  misspelt,
  unreadKeyFile,
}: Config): string[] {
  const warnings = misspelt.map(({ given, meant }) => `nothing reads the variable ${given}; ${meant} may be meant`)
  // Plain HTTP is all that the program speaks: a proxy is in front wherever the issuer is https.
  if (isSecure && !trustProxy)
    warnings.push(
      'ISSUER is https and TRUST_PROXY names no proxy: all visitors count as one; set TRUST_PROXY to the address of the proxy',
    )
  if (isSecure && !smtpUrl)
    warnings.push(`SMTP_URL is not set: mails with links to sign in are written to ${mailFolder} and sent to nobody`)
  if (unreadKeyFile)
    warnings.push(`ENCRYPTION_KEYS is set, so the keys in ${unreadKeyFile} are not read; keep that file elsewhere`)
  return warnings
}
