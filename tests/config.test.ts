import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ConfigError, readConfig } from '~/config'
import { configWarnings } from '~/config-warnings'
import { PROJECT_FOLDER } from '~tests/support/tenant-template'
import { TEST_ENVIRONMENT } from '~tests/support/test-environment'

const usable = { ...TEST_ENVIRONMENT, DATABASE_URL: 'file::memory:' }

/** What the start says of an environment, or nothing if it is usable. */
function complaint(env: Record<string, string>): string {
  try {
    readConfig({ ...usable, ...env })
    return ''
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
}

it('an environment that is right is taken', () => {
  expect(complaint({})).toBe('')
})

const BAD: [variable: string, value: string, why: RegExp][] = [
  ['ISSUER', 'login.example.com', /absolute URL/],
  ['ISSUER', 'https://login.example.com', /normal form: https:\/\/login\.example\.com\/$/],
  ['ISSUER', 'http://login.example.com/', /https/],
  ['ISSUER', 'ftp://login.example.com/', /https/],
  ['ISSUER', 'https://login.example.com/tenant/', /path/],
  ['ISSUER', 'https://login.example.com/?a=b/', /query/],
  ['ISSUER', 'https://login.example.com/#/', /fragment/],
  ['ISSUER', 'https://me@login.example.com/', /user name/],
  ['ISSUER', 'https://LOGIN.example.com/', /normal form: https:\/\/login\.example\.com\//],
  ['ISSUER', 'https://login.example.com:443/', /normal form/],
  ['PORT', 'http', /number/],
  ['PORT', '65536', /65535/],
  ['PORT', '-1', /0/],
  ['DATABASE_URL', 'mysql://localhost/portal', /file:PATH or postgres/],
  ['DATABASE_URL', 'file:', /file:PATH/],
  ['ENCRYPTION_KEYS', 'secret', /32 bytes/],
  ['ENCRYPTION_KEYS', Buffer.alloc(16, 1).toString('base64url'), /32 bytes/],
  ['ENCRYPTION_KEYS', `${usable.ENCRYPTION_KEYS},secret`, /32 bytes/],
  ['OWNER_EMAIL', 'owner', /e-mail/],
  ['OWNER_EMAIL', '', /OWNER_PASSWORD/],
  ['OWNER_PASSWORD', 'short', /8 characters/],
  ['OWNER_PASSWORD', 'password1', /everybody tries first/],
  ['OWNER_PASSWORD', '', /OWNER_EMAIL/],
  ['MANAGEMENT_CLIENT_ID', '', /MANAGEMENT_CLIENT_SECRET/],
  ['MANAGEMENT_CLIENT_SECRET', 'a secret that is short', /32 characters/],
  ['SMTP_URL', 'mail.example.com', /URL/],
  ['TRUST_PROXY', 'the proxy', /CIDR/],
  ['TRUST_PROXY', '10.0.0.0/40', /CIDR/],
  ['LOG_LEVEL', 'loud', /trace, debug, info/],
  ['REQUIRE_MEMBER_MFA', 'yes', /true or false/],
  ['METRICS_TOKEN', 'short', /16 characters/],
]

it.each(BAD)('%s=%j stops the start with a sentence that names it', (variable, value, why) => {
  const said = complaint({ [variable]: value })
  expect(said).toContain(variable)
  expect(said).toMatch(why)
})

it('all bad values are named at once', () => {
  const said = complaint({ ISSUER: 'https://login.example.com', PORT: 'http', LOG_LEVEL: 'loud' })
  expect(new Set(said.split('\n').map((line) => line.split(' ', 1)[0]))).toEqual(
    new Set(['ISSUER', 'PORT', 'LOG_LEVEL']),
  )
})

it('no secret that is wrong is repeated', () => {
  const secret = 'hunter2'
  for (const variable of ['OWNER_PASSWORD', 'MANAGEMENT_CLIENT_SECRET', 'ENCRYPTION_KEYS', 'METRICS_TOKEN'])
    expect(complaint({ [variable]: secret })).not.toContain(secret)
})

it('PostgreSQL needs ENCRYPTION_KEYS: every node has to have the same', () => {
  expect(complaint({ DATABASE_URL: 'postgres://localhost/portal', ENCRYPTION_KEYS: '' })).toContain('ENCRYPTION_KEYS')
})

it('plain http is for loopback hosts, whose port is the one to listen on', () => {
  for (const host of ['localhost', '127.0.0.1', '[::1]'])
    expect(readConfig({ ...usable, ISSUER: `http://${host}:4000/` })).toMatchObject({ port: 4000, isSecure: false })
  expect(readConfig({ ...usable, ISSUER: 'https://login.example.com/' })).toMatchObject({ port: 3000, isSecure: true })
})

it('an empty variable is one that is not set', () => {
  const empty = Object.fromEntries(Object.keys(usable).map((name) => [name, '']))
  expect(
    readConfig({ ...empty, DATABASE_URL: 'file::memory:', ENCRYPTION_KEYS: usable.ENCRYPTION_KEYS }),
  ).toMatchObject({
    issuer: 'http://localhost:3000/',
    host: '127.0.0.1',
    logLevel: 'info',
    requireMemberMfa: true,
    owner: undefined,
    managementClient: undefined,
  })
})

it('a variable that is nearly called like one of ours is told of, and one of others is not', () => {
  const { misspelt } = readConfig({
    ...usable,
    DATBASE_URL: 'x',
    SMTPURL: 'x',
    ISUER: 'x',
    HOSTS: 'x',
    HOSTNAME: 'x',
    PATH: 'x',
    TRUST_PROXIE: 'x',
  })
  expect(misspelt).toEqual([
    { given: 'DATBASE_URL', meant: 'DATABASE_URL' },
    { given: 'SMTPURL', meant: 'SMTP_URL' },
    { given: 'ISUER', meant: 'ISSUER' },
    { given: 'TRUST_PROXIE', meant: 'TRUST_PROXY' },
  ])
})

it('the example of an environment is one that the program reads', () => {
  const text = readFileSync(join(PROJECT_FOLDER, 'app/docs/deploy/portal.env'), 'utf8')
  const env = Object.fromEntries([...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]))
  const config = readConfig({ ...env, ENCRYPTION_KEYS: usable.ENCRYPTION_KEYS })
  expect(configWarnings(config)).toEqual([])
  expect(config).toMatchObject({ isSecure: true, mailFrom: env.MAIL_FROM, trustProxy: ['127.0.0.1'] })
  const example = [...text.matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name)
  const described = [...readFileSync(join(PROJECT_FOLDER, 'README.md'), 'utf8').matchAll(/^\| `([A-Z_`, ]+)` \|/gm)]
  expect(described.flatMap(([, names = '']) => names.split(/[`, ]+/))).toEqual(expect.arrayContaining(example))
})
