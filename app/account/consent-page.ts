import type { AppContext } from '~/context'
import {
  consentQuestion,
  type Destination as GivenDestination,
  type PendingAuthorization,
  type ScopeQuestion,
} from '~/domain/grants/pending-authorization'
import { OPENID_SCOPES } from '~/domain/grants/scopes'
import { readTexts } from '~/domain/tenant/custom-texts'
import { DomainError } from '~/platform/errors'
import { digestShown } from '~/platform/shown'
import type { User } from '~db/queries/users'
import { browserName } from './browser-name'
import { consentShown } from './consent-shown'
import { type ConsentVisit, consentFormToken, resumeAuthorization } from './guard'
import { readTenant } from './tenant'
import { webLink } from './web-link'

/** Where the answer goes, in words: a web site, something on the person's own device that anybody could be, another device. */
export type Destination =
  | { kind: 'site' | 'computer' | 'device'; host: string; uri: string }
  | { kind: 'other-device'; userCode: string; askedAt: number; from: string }

export type ScopeGroup = { api: string; scopes: ScopeQuestion[] }

/** All that the consent page shows. */
export async function consentPage(visit: ConsentVisit) {
  const { ctx, pending, user } = visit
  const { client, partner, request } = pending
  const question = await questionOrResume(ctx, pending, user)
  const page = {
    requestId: request.id,
    formToken: consentFormToken(visit),
    tenant: await readTenant(ctx),
    texts: (await readTexts(ctx, 'consent', client.name)).consent,
    app: {
      name: client.name,
      description: client.description,
      organization: partner?.name ?? (client.source === 'metadata-document' ? new URL(client.clientId).host : null),
      homepageUri: webLink(client.homepageUri),
      privacyPolicyUri: webLink(client.privacyPolicyUri),
      termsUri: webLink(client.termsUri),
    },
    person: { name: user.name, email: user.email },
    review: question.review,
    changed: question.changed,
    isInvited: question.isInvited,
    destination: describeDestination(question.destination),
    /** Some of it was allowed before: the boxes show what is allowed at present. */
    isKnown: question.scopes.some(({ granted }) => granted),
    isIncrease: new Set(question.scopes.map(({ granted }) => granted)).size === 2,
    groups: groupScopes(question.scopes, pending.audienceName),
    ticked: tickedAtFirst(question.scopes),
  }
  return { ...page, shown: digestShown(consentShown(page)) }
}

/** Where the API or the device is gone the authorization says so, in the words of the protocol. */
async function questionOrResume(ctx: AppContext, pending: PendingAuthorization, user: User) {
  try {
    return await consentQuestion(ctx, pending, user)
  } catch (error) {
    throw error instanceof DomainError ? resumeAuthorization(pending) : error
  }
}

export type ConsentPage = Awaited<ReturnType<typeof consentPage>>

/** What is allowed at present; at the first question all but what gives most away, which is the person's to tick. */
function tickedAtFirst(scopes: ScopeQuestion[]): string[] {
  const isKnown = scopes.some(({ granted }) => granted)
  return scopes
    .filter(({ granted, sensitivity }) => (isKnown ? granted : sensitivity !== 'restricted'))
    .map(({ value }) => value)
}

const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]'])

function describeDestination(destination: GivenDestination): Destination {
  if ('userCode' in destination) {
    const { userCode, askedAt, askedFrom, userAgent } = destination
    const from = [browserName(userAgent), askedFrom].filter(Boolean).join(', ')
    return { kind: 'other-device', userCode, askedAt, from }
  }
  const { host, hostname, protocol } = new URL(destination.redirectUri)
  const isWeb = protocol === 'https:' || protocol === 'http:'
  const kind = !isWeb ? 'device' : LOOPBACK_HOSTS.has(hostname) ? 'computer' : 'site'
  return { kind, host: isWeb ? host : protocol.slice(0, -1), uri: destination.redirectUri }
}

/** What is asked of the person's profile, then what is asked of the API. */
function groupScopes(scopes: ScopeQuestion[], apiName: string | undefined): ScopeGroup[] {
  const isOfProfile = ({ value }: ScopeQuestion) => OPENID_SCOPES.has(value)
  return [
    { api: 'Sign-in and profile', scopes: scopes.filter(isOfProfile) },
    { api: apiName ?? 'Other', scopes: scopes.filter((scope) => !isOfProfile(scope)) },
  ].filter((group) => group.scopes.length > 0)
}

/** The scopes of a form that were asked for: those that it shows as always needed it holds too. */
export function chosenScopes(groups: ScopeGroup[], form: FormData): string[] {
  const held = new Set(form.getAll('scope'))
  return groups
    .flatMap(({ scopes }) => scopes)
    .filter(({ value }) => held.has(value))
    .map(({ value }) => value)
}
