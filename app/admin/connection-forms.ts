/** The forms of connections: which members each strategy has, and what they make of its options. */
import { z } from 'zod'
import { connectionDisplayName, connectionName } from '~/domain/connections/connection-fields'
import { PASSWORD_POLICIES, type Strategy } from '~/domain/connections/options'
import { MIN_PASSWORD_LENGTH } from '~/domain/users/password-rules'
import type { Connection } from '~db/queries/connections'

const required = (toDo: string) =>
  z.string({ error: toDo }).trim().min(1, toDo).max(2048, 'Use at most 2,048 characters.')
const optional = z.string().trim().max(2048, 'Use at most 2,048 characters.').optional()

const atProvider = {
  client_id: required('Enter the client ID that the provider has given you.'),
  client_secret: optional,
  scope: optional,
}

const OPTIONS = {
  auth0: z.object({
    takes_sign_ups: z.boolean().default(false),
    passwordPolicy: z.enum(PASSWORD_POLICIES, { error: 'Choose how strong passwords have to be.' }),
    min_length: z.coerce
      .number({ error: 'Enter a whole number.' })
      .int('Enter a whole number.')
      .min(MIN_PASSWORD_LENGTH, `Use ${MIN_PASSWORD_LENGTH} or more.`)
      .max(128, 'Use 128 or less.'),
  }),
  oidc: z.object({ issuer: required('Enter the address of the provider.'), ...atProvider }),
  oauth2: z.object({
    authorizationURL: required('Enter the address at which people sign in.'),
    tokenURL: required('Enter the address at which codes are exchanged.'),
    userInfoURL: required('Enter the address that tells who somebody is.'),
    ...atProvider,
  }),
  'google-oauth2': z.object(atProvider),
  github: z.object(atProvider),
} satisfies Record<Strategy, z.ZodType>

/** What becomes of the people of a connection whose issuer is another. */
const keepsPeople = z
  .enum(['same', 'others'])
  .optional()
  .transform((people) => (people === undefined ? undefined : people === 'same'))

const settings = {
  display_name: connectionDisplayName.optional(),
  is_domain_connection: z.boolean().default(false),
  show_as_button: z.boolean().default(false),
  is_active: z.boolean().default(false),
}

export const connectionForm = (strategy: Strategy) =>
  z.object({ ...settings, keeps_people: keepsPeople, options: OPTIONS[strategy] })

/** One that is kept already need not be typed again; for a new one there is none. */
const withSecret = <Schema extends z.ZodType<{ client_secret?: string }>>(options: Schema) =>
  options.refine(({ client_secret: secret }) => Boolean(secret), {
    path: ['client_secret'],
    error: 'Enter the client secret that the provider has given you.',
  })

export const newConnectionForm = (strategy: Strategy) =>
  z.object({
    ...settings,
    name: z.string({ error: 'Enter a name.' }).pipe(connectionName),
    options: strategy === 'auth0' ? OPTIONS.auth0 : withSecret(OPTIONS[strategy]),
  })

type Given = Record<string, string | number | boolean | undefined>

/** The options that a form says, over those that there are: members that it does not show stay. */
export function optionsOf(strategy: Strategy, given: Given, before: Connection['options'] = {}) {
  if (strategy === 'auth0') {
    const { takes_sign_ups: takesSignUps, passwordPolicy, min_length } = given
    const rules = { ...before.password_complexity_options, min_length }
    return { ...before, disable_signup: !takesSignUps, passwordPolicy, password_complexity_options: rules }
  }
  const { issuer, ...rest } = given
  // The page has one address for both: whoever gave the other one before keeps it until they write another.
  const isSame = issuer === (before.issuer ?? before.discovery_url)
  const { issuer: _issuer, discovery_url: _discovery, ...others } = before
  const all = { ...(isSame || strategy !== 'oidc' ? before : { ...others, issuer }), ...rest }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== ''))
}

/** What a form begins with. */
export function givenOf({ strategy, options, ...connection }: Connection) {
  const on = (isOn: boolean) => (isOn ? 'on' : '')
  const scope = Array.isArray(options.scope) ? options.scope.join(' ') : options.scope
  return {
    display_name: connection.displayName ?? '',
    is_domain_connection: on(connection.isDomainConnection),
    show_as_button: on(connection.showAsButton),
    is_active: on(connection.isActive),
    options:
      strategy === 'auth0'
        ? {
            takes_sign_ups: on(!options.disable_signup),
            passwordPolicy: options.passwordPolicy ?? 'none',
            min_length: String(options.password_complexity_options?.min_length ?? MIN_PASSWORD_LENGTH),
          }
        : {
            issuer: options.issuer ?? options.discovery_url ?? '',
            authorizationURL: options.authorizationURL ?? '',
            tokenURL: options.tokenURL ?? '',
            userInfoURL: options.userInfoURL ?? '',
            client_id: options.client_id ?? '',
            scope: scope ?? '',
          },
  }
}
