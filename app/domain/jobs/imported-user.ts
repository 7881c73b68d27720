/** A row of an import, as Auth0's schema for them has it. */
import { z } from 'zod'
import type { NewUser } from '~/domain/users/create-database-user'
import { emailAddress, metadata, properName } from '~/domain/users/user-fields'
import { isKnownHash } from '~/platform/passwords'
import { totpHex } from '~/platform/totp'
import type { RowError } from '~db/queries/jobs'

/** Hashes that can be checked here say all that is needed in their value: its salt and its parameters. */
const customHash = z.strictObject({
  algorithm: z.enum(['argon2', 'bcrypt'], {
    error: 'The algorithm is not supported: use argon2 or bcrypt, or leave the hash out.',
  }),
  hash: z.strictObject({ value: z.string(), encoding: z.literal('utf8').optional() }),
})

/** Of the second factors that Auth0 knows, the one that there is here. */
const mfaFactor = z.strictObject({
  totp: z.strictObject({
    secret: z.string().refine((secret) => totpHex(secret) !== undefined, 'Use 16 to 128 characters of base32.'),
  }),
})

const row = z.strictObject({
  email: emailAddress,
  email_verified: z.boolean().optional(),
  user_id: z
    .string()
    .regex(/^[\w.@+-]{1,200}$/, 'Use letters, digits, and . _ - @ + only, without the prefix auth0|.')
    .optional(),
  name: properName('a name', 150).optional(),
  nickname: properName('a nickname', 300).optional(),
  given_name: properName('a given name', 150).optional(),
  family_name: properName('a family name', 150).optional(),
  picture: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .optional(),
  blocked: z.boolean().optional(),
  app_metadata: metadata.optional(),
  user_metadata: metadata.optional(),
  password_hash: z.string().optional(),
  custom_password_hash: customHash.optional(),
  mfa_factors: z.array(mfaFactor).max(1).optional(),
})

/** What a row says, or what is wrong with it. */
export type ReadRow =
  | { user: NewUser; totpSecret: string | undefined; errors?: undefined }
  | { errors: RowError[]; user?: undefined }

export function readImportedUser(content: unknown): ReadRow {
  const parsed = row.safeParse(content)
  if (!parsed.success) return { errors: parsed.error.issues.map(toRowError) }
  const { data } = parsed
  const hash = data.password_hash ?? data.custom_password_hash?.hash.value
  const path = data.password_hash === undefined ? 'custom_password_hash' : 'password_hash'
  const refuse = (message: string): ReadRow => ({ errors: [{ code: 'INVALID_FORMAT', message, path }] })
  if (data.password_hash !== undefined && data.custom_password_hash) return refuse('Send one hash of the password.')
  const kind = data.password_hash === undefined ? data.custom_password_hash?.algorithm : 'bcrypt'
  if (hash !== undefined && !(isKnownHash(hash) && isOfKind(hash, kind)))
    return refuse(
      'This is no hash of bcrypt ($2a$, $2b$; at most 12 rounds) or argon2 (PHC; at most 64 MiB, 10 rounds).',
    )
  return {
    totpSecret: data.mfa_factors?.[0]?.totp.secret,
    user: {
      name: data.name ?? data.email,
      email: data.email,
      emailVerified: data.email_verified,
      passwordHash: hash,
      nickname: data.nickname,
      givenName: data.given_name,
      familyName: data.family_name,
      picture: data.picture,
      userMetadata: data.user_metadata,
      appMetadata: data.app_metadata,
      isBlocked: data.blocked,
      providerUserId: data.user_id,
    },
  }
}

const isOfKind = (hash: string, kind: 'argon2' | 'bcrypt' | undefined): boolean =>
  hash.startsWith(kind === 'argon2' ? '$argon2' : '$2')

/** The code that Auth0 tells such a mistake by. */
function toRowError(issue: z.core.$ZodIssue): RowError {
  const path = issue.path.map(String).join('.')
  const where = path === '' ? {} : { path }
  if (path.startsWith('mfa_factors'))
    return {
      code: 'MFA_FACTORS_FAILED',
      message: 'Of mfa_factors, send one totp with its secret.',
      path: 'mfa_factors',
    }
  if (issue.code === 'unrecognized_keys')
    return {
      code: 'OBJECT_ADDITIONAL_PROPERTIES',
      message: `Additional properties not allowed: ${issue.keys.join(',')}`,
    }
  if (issue.code === 'invalid_type' && issue.input === undefined && path === 'email')
    return { code: 'OBJECT_REQUIRED', message: 'Missing required property: email', path }
  if (issue.code === 'invalid_type')
    return { code: 'INVALID_TYPE', message: `Expected type ${issue.expected}`, ...where }
  if (issue.code === 'too_big') return { code: 'MAX_LENGTH', message: issue.message, ...where }
  if (issue.code === 'invalid_value') return { code: 'ENUM_MISMATCH', message: issue.message, ...where }
  return { code: 'INVALID_FORMAT', message: issue.message, ...where }
}

const SECRETS = ['password_hash', 'custom_password_hash', 'mfa_factors']
const TOLD = Object.keys(row.shape).filter((name) => !SECRETS.includes(name))

/**
 * A refused row as it is told: without the hash of a password and the seed of a second factor, and without members that
 * there are not, whose names the refusal tells: one may be a password.
 */
export function withoutSecrets(content: unknown): unknown {
  if (typeof content !== 'object' || content === null) return content
  return Object.fromEntries(Object.entries(content).filter(([name]) => TOLD.includes(name)))
}
