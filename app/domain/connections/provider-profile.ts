import { z } from 'zod'
import { emailAddress } from '~/domain/users/user-fields'
import { readResource, readUserinfo } from '~/platform/identity-provider'
import { hasAddress, hasInvisible, withoutInvisible } from '~/platform/shown-text'
import { hasPlainHost } from '~/platform/web-address'
import type { Connection } from '~db/queries/connections'
import type { IdentityProfile } from '~db/queries/users'
import { issuerOf } from './issuer'
import { PROFILE_MEMBERS } from './options'
import type { ConnectionProvider } from './provider-of-connection'

/** Somebody as a provider knows them. @property issuer `issuerOf` the connection, as it was asked */
export type ProviderPerson = {
  provider: string
  providerUserId: string
  issuer: string | null
  profile: IdentityProfile
}

type Claims = Record<string, unknown>
type Granted = { accessToken: string; idToken: Claims | undefined }

/** A provider that tells nothing to know its people by: its answer is of no use. */
export class NobodyNamed extends Error {}

/**
 * Asks a provider who has signed in. The id is the provider's own; of a connection that is not the only one of its kind,
 * the connection's name stands before it.
 * @throws ProviderFailure, NobodyNamed
 */
export async function readProviderPerson(
  connection: Connection,
  provider: ConnectionProvider,
  granted: Granted,
): Promise<ProviderPerson> {
  const { name, strategy } = connection
  const claims = mapped(connection, await claimsOf(connection, provider, granted))
  const id = readId(claims.user_id)
  if (id === undefined) throw new NobodyNamed('the answer has no id of the person')
  const isShared = strategy === 'google-oauth2' || strategy === 'github'
  const providerUserId = isShared ? id : `${name}|${id}`
  return { provider: strategy, providerUserId, issuer: issuerOf(connection), profile: profileOf(claims, id) }
}

async function claimsOf(connection: Connection, provider: ConnectionProvider, granted: Granted): Promise<Claims> {
  const { client, fetch } = provider
  const { accessToken, idToken } = granted
  const read = (url: string) => readResource(client, fetch, accessToken, new URL(url))
  if (idToken) {
    const isWhole = idToken.email !== undefined && idToken.name !== undefined
    if (isWhole || client.provider.metadata.userinfo_endpoint === undefined) return idToken
    return { ...(await readUserinfo(client, fetch, accessToken, String(idToken.sub))), ...idToken }
  }
  if (connection.strategy !== 'github') return asObject(await read(connection.options.userInfoURL ?? ''))
  const [user, emails] = await Promise.all([
    read('https://api.github.com/user'),
    // Refused where the app was not given the scope for it.
    read('https://api.github.com/user/emails').catch(() => []),
  ])
  return { ...asObject(user), ...primaryEmail(emails) }
}

const asObject = (value: unknown): Claims =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Claims) : {}

const githubEmails = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }))

function primaryEmail(given: unknown): Claims {
  const { data = [] } = githubEmails.safeParse(given)
  const primary = data.find((entry) => entry.primary)
  return primary ? { email: primary.email, email_verified: primary.verified } : {}
}

/** Where the members of a profile stand in what a provider of a kind says. */
const USUAL: Record<string, Record<string, string>> = {
  oauth2: { user_id: 'sub' },
  github: { user_id: 'id', nickname: 'login', picture: 'avatar_url' },
}

function mapped({ strategy, options }: Connection, claims: Claims): Claims {
  const paths: Record<string, string> = { user_id: 'sub', ...USUAL[strategy], ...options.attribute_map?.attributes }
  return Object.fromEntries(PROFILE_MEMBERS.map((member) => [member, valueAt(claims, paths[member] ?? member)]))
}

/** A path as it stands in options, without the wrapping that Auth0 has. */
function valueAt(claims: Claims, given: string): unknown {
  const path = /^\$\{context\.(?:tokenset|userinfo)\.(.+)\}$/.exec(given)?.[1] ?? given
  // A namespaced claim has dots in its name.
  if (Object.hasOwn(claims, path)) return claims[path]
  return path
    .split('.')
    .reduce<unknown>((value, key) => (Object.hasOwn(asObject(value), key) ? asObject(value)[key] : undefined), claims)
}

/** As it is: an id that is cut or cleaned could become somebody else's. */
function readId(value: unknown): string | undefined {
  if (Number.isSafeInteger(value)) return String(value)
  if (typeof value !== 'string' || value === '' || value.length > 255) return undefined
  return hasInvisible(value) ? undefined : value
}

/** A line that somebody else's server sent: what the rule of names refuses is left out. */
function text(value: unknown, max: number): string | null {
  if (typeof value !== 'string') return null
  return withoutInvisible(value.slice(0, max)).replace(/[<>]/g, '').trim() || null
}

/** A name that somebody else's server sent; one that holds an address is none. */
function nameOf(value: unknown, max: number): string | null {
  const name = text(value, max)
  return name !== null && hasAddress(name) ? null : name
}

function profileOf(claims: Claims, id: string): IdentityProfile {
  const address = typeof claims.email === 'string' ? claims.email.trim() : null
  const email = address !== null && emailAddress.safeParse(address).success ? address : null
  const givenName = nameOf(claims.given_name, 150)
  const familyName = nameOf(claims.family_name, 150)
  const nickname = nameOf(claims.nickname, 150) ?? email?.split('@', 1)[0] ?? null
  const fullName = [givenName, familyName].filter(Boolean).join(' ')
  const picture = text(claims.picture, 2048)
  return {
    email,
    emailVerified: email !== null && (claims.email_verified === true || claims.email_verified === 'true'),
    name: nameOf(claims.name, 300) ?? (fullName || (email ?? nickname ?? id)),
    nickname,
    givenName,
    familyName,
    picture: picture !== null && /^https:\/\//i.test(picture) && hasPlainHost(picture) ? picture : null,
    locale: text(claims.locale, 35),
  }
}
