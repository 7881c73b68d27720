import {
  consentQuestion,
  type Destination as GivenDestination,
  type ScopeQuestion,
} from '~/domain/grants/pending-authorization'
import { OPENID_SCOPES } from '~/domain/grants/scopes'
import { readTexts } from '~/domain/tenant/custom-texts'
import { browserName } from './browser-name'
import { type ConsentVisit, consentFormToken } from './guard'
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
  const question = await consentQuestion(ctx, pending, user)
  return {
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
    isIncrease: new Set(question.scopes.map(({ granted }) => granted)).size === 2,
    groups: groupScopes(question.scopes, pending.audienceName),
  }
}

export type ConsentPage = Awaited<ReturnType<typeof consentPage>>

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

/** The scopes of a form that were asked for: required ones whatever the form holds, of the others the ticked ones. */
export function chosenScopes(groups: ScopeGroup[], form: FormData): string[] {
  const ticked = new Set(form.getAll('scope'))
  return groups
    .flatMap(({ scopes }) => scopes)
    .filter(({ value, required }) => required || ticked.has(value))
    .map(({ value }) => value)
}
