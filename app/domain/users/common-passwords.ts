/**
 * Passwords of eight and more characters that lists of leaked ones begin with, in small letters and without what people
 * put behind them (NIST SP 800-63B §5.1.1.2).
 */
const COMMON = new Set(
  `password passwort passw0rd p@ssword p@ssw0rd pa$$word password password12 password123 qwertyuiop qwerty qwerty12
  qwertz asdfghjkl asdfasdf zxcvbnm zxcvbnma 1q2w3e4r 1q2w3e4r5t 1qaz2wsx qazwsxedc q1w2e3r4 iloveyou ilovethis
  princess sunshine football baseball basketball superman batman starwars pokemon michael michelle jennifer jessica
  jordan charlie daniel liverpool chelsea arsenal barcelona trustno letmein welcome whatever computer internet
  changeme default administrator administ admin root master monkey dragon shadow freedom hello secret test testing
  google facebook samsung mustang corvette mercedes maverick cocacola chocolate butterfly flower elizabeth alexander
  victoria samantha christian anthony benjamin william matthew jonathan nicholas lovelove blink metallica nirvana
  abcdefgh abcdefghi abcd abc`.split(/\s+/),
)

/** Whether a password is among the first that anybody would try: a common word, a row of one character, of digits. */
export function isCommonPassword(password: string): boolean {
  const word = password.toLowerCase()
  const isRow = /^(.)\1*$/.test(word) || '01234567890123456789'.includes(word) || '98765432109876543210'.includes(word)
  return isRow || COMMON.has(word) || COMMON.has(word.replace(/[\d!.?*#@$_-]+$/, ''))
}
