import type { AppContext } from '~/context'
import { DomainError } from '~/platform/errors'
import { type ConnectionOptions, findConnection } from '~db/queries/connections'
import type { Identity } from '~db/queries/users'

/** Shorter passwords are taken nowhere here, whatever a connection says; nor are those that everybody tries first. */
export const MIN_PASSWORD_LENGTH = 8

const CLASSES = {
  lowerCase: { pattern: /\p{Ll}/u, name: 'lower case letters' },
  upperCase: { pattern: /\p{Lu}/u, name: 'upper case letters' },
  numbers: { pattern: /\p{Nd}/u, name: 'digits' },
  specialCharacters: { pattern: /[^\p{L}\p{Nd}]/u, name: 'other characters such as !@#$%' },
}
type ClassName = keyof typeof CLASSES
const CLASS_NAMES = Object.keys(CLASSES) as ClassName[]

/** Auth0's policies, by name: what a password has to have besides its length. */
const POLICIES = {
  none: { length: MIN_PASSWORD_LENGTH, of: [], atLeast: 0, maxInARow: undefined },
  low: { length: MIN_PASSWORD_LENGTH, of: [], atLeast: 0, maxInARow: undefined },
  fair: { length: 8, of: ['lowerCase', 'upperCase', 'numbers'], atLeast: 3, maxInARow: undefined },
  good: { length: 8, of: CLASS_NAMES, atLeast: 3, maxInARow: undefined },
  excellent: { length: 10, of: CLASS_NAMES, atLeast: 3, maxInARow: 2 },
} as const satisfies Record<string, { length: number; of: readonly ClassName[]; atLeast: number; maxInARow?: number }>

/** What a password has to have at a connection. */
export function passwordRulesOf({ passwordPolicy = 'none', password_complexity_options }: ConnectionOptions) {
  const { length, ...rules } = POLICIES[passwordPolicy]
  return { length: password_complexity_options?.min_length ?? length, ...rules }
}

export type PasswordRules = ReturnType<typeof passwordRulesOf>

/** The rules in a sentence for people. */
export function describePasswordRules({ length, of, atLeast, maxInARow }: PasswordRules): string {
  const names = of.map((name) => CLASSES[name].name)
  const classes =
    atLeast === 0
      ? ''
      : atLeast === of.length
        ? `, with ${listed(names, 'and')}`
        : `, with ${atLeast} of: ${listed(names, 'or')}`
  const row = maxInARow === undefined ? '' : ` No character more than ${maxInARow} times in a row.`
  return `At least ${length} characters${classes}.${row}`
}

const listed = (names: string[], word: string): string => `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)}`

/** Which rules a password keeps. */
export function judgePassword({ length, of, atLeast, maxInARow }: PasswordRules, password: string) {
  const classes = of.map((name) => ({ name, verified: CLASSES[name].pattern.test(password) }))
  const row = maxInARow === undefined ? undefined : new RegExp(`(.)\\1{${maxInARow}}`, 'su')
  return {
    isLong: [...password].length >= length,
    classes,
    isMixed: classes.filter(({ verified }) => verified).length >= atLeast,
    isVaried: row === undefined || !row.test(password),
  }
}

/** Whose password it is, for rules that look at that. */
type Owner = { name: string; email: string | null }

/**
 * A password by the rules of a connection.
 * @throws DomainError `weak_password` with what to do instead
 */
export function requirePassword(options: ConnectionOptions, password: string, owner: Owner): void {
  const weak = (message: string) => new DomainError('weak_password', message, { field: 'password' })
  const rules = passwordRulesOf(options)
  const { isLong, isMixed, isVaried } = judgePassword(rules, password)
  if (!isLong || !isMixed || !isVaried) throw weak(describePasswordRules(rules).replace(/^At/, 'Use at'))
  const word = password.toLowerCase()
  const { enable: hasDictionary, dictionary = [] } = options.password_dictionary ?? { enable: false }
  if (hasDictionary && dictionary.some((known) => known.toLowerCase() === word))
    throw weak('This password is too easy to guess here. Choose another.')
  if (options.password_no_personal_info?.enable && partsOf(owner).some((part) => word.includes(part)))
    throw weak('Leave your name and your e-mail address out of the password.')
}

/** What others know of somebody: words of three letters and more. */
const partsOf = ({ name, email }: Owner): string[] =>
  [...name.split(/[^\p{L}\p{Nd}]+/u), email?.split('@', 1)[0] ?? '']
    .map((part) => part.toLowerCase())
    .filter((part) => part.length >= 3)

/** A new password of somebody, by the rules of the connection that has it. @throws DomainError `weak_password` */
export async function requirePasswordOf(
  { db }: Pick<AppContext, 'db'>,
  { connectionId }: Pick<Identity, 'connectionId'>,
  password: string,
  owner: Owner,
): Promise<void> {
  const connection = await findConnection(db, connectionId)
  if (connection) requirePassword(connection.options, password, owner)
}
