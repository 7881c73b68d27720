import { dictionary } from '@zxcvbn-ts/language-common'

const LEAKED = new Set(dictionary['passwords-common'])

/**
 * Whether a password is among the first that anybody would try (NIST SP 800-63B §5.1.1.2): one of a list of leaked ones,
 * also with digits and signs behind it, a row of one character, or a row of digits.
 */
export function isCommonPassword(password: string): boolean {
  const word = password.toLowerCase()
  const isRow = /^(.)\1*$/.test(word) || '01234567890123456789'.includes(word) || '98765432109876543210'.includes(word)
  return isRow || LEAKED.has(word) || LEAKED.has(word.replace(/[\d!.?*#@$_-]+$/, ''))
}
