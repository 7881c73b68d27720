import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { OperatorError } from '~db/database'
import { isCommonPassword } from './domain/users/common-passwords'
import { emailAddress } from './domain/users/user-fields'
import { misspeltVariables } from './misspelt'
import { SECOND } from './platform/durations'
import { isAddress } from './platform/web-address'

const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]'])

const blank = (value: unknown) => (value === '' ? undefined : value)
const text = z.preprocess(blank, z.string().optional())

const issuer = z.preprocess(
  blank,
  z.string().superRefine((value, ctx) => {
    const say = (message: string) => ctx.addIssue({ code: 'custom', message })
    if (!isAddress(value)) return say('is not an absolute URL; write for example https://login.example.com/')
    const url = new URL(value)
    if (url.search || url.hash || url.username) say('may not have a query, a fragment or a user name')
    if (url.pathname !== '/') say('may not have a path; give the program a host of its own')
    if (url.protocol === 'http:' && !LOOPBACK_HOSTS.has(url.hostname))
      say('has to begin with https:// (http:// is for this machine alone, as in http://localhost:3000/)')
    if (url.protocol !== 'http:' && url.protocol !== 'https:') say('has to be an https URL')
    if (url.href !== value) say(`is compared byte for byte, so it has to be written in its normal form: ${url.href}`)
  }),
)

/** An address, or a range such as 10.0.0.0/8. */
function isAddressRange(entry: string): boolean {
  const [address = '', bits, ...more] = entry.split('/')
  const family = isIP(address)
  if (family === 0 || more.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}

const PORT_RANGE = 'has to be a whole number from 0 to 65535'
const POOL_RANGE = 'has to be a whole number from 1 to 1000'
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

const SMTP_FORM = 'has to be a URL of a mail server; write for example smtp://user:password@mail.example.com:587'

const SECONDS_RANGE = 'has to be a number of seconds from 0 to 600'
const seconds = (usual: string) =>
  z.preprocess(
    (value) => blank(value) ?? usual,
    z.coerce.number(SECONDS_RANGE).min(0, SECONDS_RANGE).max(600, SECONDS_RANGE),
  )

const environment = z.object({
  ISSUER: issuer,
  PORT: z.preprocess(
    blank,
    z.coerce.number(PORT_RANGE).int(PORT_RANGE).min(0, PORT_RANGE).max(65535, PORT_RANGE).optional(),
  ),
  HOST: z.preprocess(blank, z.string().default('127.0.0.1')),
  TRUST_PROXY: text.refine(
    (value) => value === undefined || value.split(',').every((entry) => isAddressRange(entry.trim())),
    'has to be addresses or CIDR ranges, separated by commas; write for example 10.0.0.0/8,127.0.0.1',
  ),
  DATABASE_URL: z.preprocess(
    blank,
    z
      .string()
      .default('file:data/portal.db')
      .refine((value) => /^(file:.|postgres(ql)?:\/\/)/.test(value), 'has to be file:PATH or postgres://…'),
  ),
  DATABASE_POOL_SIZE: z.preprocess(
    (value) => blank(value) ?? '10',
    z.coerce.number(POOL_RANGE).int(POOL_RANGE).min(1, POOL_RANGE).max(1000, POOL_RANGE),
  ),
  ENCRYPTION_KEYS: text,
  OWNER_EMAIL: z.preprocess(blank, emailAddress.optional()),
  OWNER_PASSWORD: z.preprocess(
    blank,
    z
      .string()
      .min(8, 'needs at least 8 characters')
      .refine((password) => !isCommonPassword(password), 'is a password that everybody tries first; choose another')
      .optional(),
  ),
  MANAGEMENT_CLIENT_ID: text,
  MANAGEMENT_CLIENT_SECRET: z.preprocess(blank, z.string().min(32, 'needs at least 32 characters').optional()),
  SMTP_URL: z.preprocess(
    blank,
    z
      .string()
      .refine((value) => /^smtps?:/i.test(value) && isAddress(value), SMTP_FORM)
      .optional(),
  ),
  MAIL_FROM: text.refine(
    (value) => value === undefined || /^([^<>]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/.test(value),
    'has to be an address, as no-reply@example.com or Example <no-reply@example.com>',
  ),
  LOG_LEVEL: z.preprocess(blank, z.enum(LOG_LEVELS, `has to be one of ${LOG_LEVELS.join(', ')}`).default('info')),
  REQUIRE_MEMBER_MFA: z.preprocess(blank, z.enum(['true', 'false'], 'has to be true or false').default('true')),
  DRAIN_SECONDS: seconds('0'),
  STOP_SECONDS: seconds('10'),
  METRICS_TOKEN: z.preprocess(blank, z.string().min(16, 'needs at least 16 characters').optional()),
})

export type Config = ReturnType<typeof readConfig>

/** Bad configuration: the message names each variable and what to write instead. */
export class ConfigError extends OperatorError {}

/**
 * Reads the environment, once, and checks it whole.
 * @param options.mayMakeKey whether a missing encryption key is made, where there is no database yet
 * @param options.mustExist for what is about a tenant that is there: a mistyped path makes no database and no key
 * @throws ConfigError with a sentence for each variable that cannot be used.
 */
export function readConfig(env: Record<string, string | undefined>, { mayMakeKey = true, mustExist = false } = {}) {
  const parsed = environment.safeParse({ ...env, ISSUER: env.ISSUER || localIssuer(env.PORT) })
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('\n'))
  }
  const given = parsed.data
  const issuerUrl = new URL(given.ISSUER)
  const isSqlite = given.DATABASE_URL.startsWith('file:')
  const databasePath = isSqlite ? given.DATABASE_URL.slice('file:'.length) : undefined
  if (mustExist && databasePath && !existsSync(databasePath))
    throw new OperatorError(
      `DATABASE_URL: there is no database ${resolve(databasePath)}; name that of the program, or start the program once.`,
    )
  const dataFolder = databasePath && databasePath !== ':memory:' ? dirname(databasePath) : 'data'
  const keyFile = join(dataFolder, 'encryption-key')
  if (Boolean(given.OWNER_EMAIL) !== Boolean(given.OWNER_PASSWORD)) {
    throw new ConfigError('OWNER_EMAIL and OWNER_PASSWORD go together: set both or neither')
  }
  if (Boolean(given.MANAGEMENT_CLIENT_ID) !== Boolean(given.MANAGEMENT_CLIENT_SECRET)) {
    throw new ConfigError('MANAGEMENT_CLIENT_ID and MANAGEMENT_CLIENT_SECRET go together: set both or neither')
  }
  return {
    issuer: given.ISSUER,
    isSecure: issuerUrl.protocol === 'https:',
    port: given.PORT ?? (LOOPBACK_HOSTS.has(issuerUrl.hostname) ? Number(issuerUrl.port || 80) : 3000),
    host: given.HOST,
    trustProxy: given.TRUST_PROXY?.split(',').map((entry) => entry.trim()),
    misspelt: misspeltVariables(Object.keys(env), Object.keys(environment.shape)),
    databaseUrl: given.DATABASE_URL,
    databasePath,
    poolSize: given.DATABASE_POOL_SIZE,
    encryptionKeys: readEncryptionKeys(
      given.ENCRYPTION_KEYS,
      isSqlite ? { file: keyFile, databasePath, mayMakeKey } : undefined,
    ),
    /** A file of keys that nobody reads, as the environment has others. */
    unreadKeyFile: given.ENCRYPTION_KEYS && isSqlite && existsSync(keyFile) ? keyFile : undefined,
    owner:
      given.OWNER_EMAIL && given.OWNER_PASSWORD
        ? { email: given.OWNER_EMAIL, password: given.OWNER_PASSWORD }
        : undefined,
    managementClient:
      given.MANAGEMENT_CLIENT_ID && given.MANAGEMENT_CLIENT_SECRET
        ? { clientId: given.MANAGEMENT_CLIENT_ID, clientSecret: given.MANAGEMENT_CLIENT_SECRET }
        : undefined,
    smtpUrl: given.SMTP_URL,
    mailFrom: given.MAIL_FROM ?? `no-reply@${issuerUrl.hostname}`,
    mailFolder: join(dataFolder, 'mail'),
    logLevel: given.LOG_LEVEL,
    requireMemberMfa: given.REQUIRE_MEMBER_MFA === 'true',
    metricsToken: given.METRICS_TOKEN,
    drain: given.DRAIN_SECONDS * SECOND,
    stopWithin: given.STOP_SECONDS * SECOND,
  }
}

/** Without an issuer the program is tried out on this machine, at the port that it listens on. */
function localIssuer(port: string | undefined): string {
  const isUsable = port !== undefined && /^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) <= 65535
  return new URL(`http://localhost:${isUsable ? port : 3000}/`).href
}

/** A key is made where a database is made, and never beside one that another key belongs to. */
function readEncryptionKeys(
  given: string | undefined,
  embedded: { file: string; databasePath: string | undefined; mayMakeKey: boolean } | undefined,
): Uint8Array[] {
  if (given) return given.split(',').map((key) => decodeKey(key.trim(), 'ENCRYPTION_KEYS'))
  if (!embedded)
    throw new ConfigError('ENCRYPTION_KEYS is required with PostgreSQL: every node has to have the same keys')
  const { file, databasePath, mayMakeKey } = embedded
  if (!existsSync(file)) {
    if (databasePath && existsSync(databasePath))
      throw new ConfigError(
        `ENCRYPTION_KEYS: ${databasePath} is there without its key; put back the encryption-key file that belongs to it, as ${file}, or set ENCRYPTION_KEYS`,
      )
    if (!mayMakeKey)
      throw new ConfigError(
        `ENCRYPTION_KEYS: there is no key; put the encryption-key file that belongs to the backup as ${file}, or set ENCRYPTION_KEYS`,
      )
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
  }
  const keys = readFileSync(file, 'utf8')
    .split(/[\s,]+/)
    .filter(Boolean)
  return keys.map((key) => decodeKey(key, file))
}

function decodeKey(key: string, source: string): Uint8Array {
  const bytes = Buffer.from(key, 'base64url')
  if (bytes.length !== 32 || bytes.toString('base64url') !== key) {
    throw new ConfigError(
      `${source} has a key that is not 32 bytes in base64url; make one with: openssl rand 32 | basenc --base64url | tr -d =`,
    )
  }
  return new Uint8Array(bytes)
}
