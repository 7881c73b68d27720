import type { AppContext } from '~/context'
import { policyFor } from '~/domain/policy/client-policy'
import {
  currentUserScopes,
  currentUserSensitivity,
  managementApiIdentifier,
} from '~/domain/resource-servers/management-api'
import { userinfoAudience } from '~/domain/resource-servers/userinfo'
import { findSystemApi, listApisOpenToPartners, type ResourceServerScope } from '~db/queries/resource-servers'

export type AskableScope = Pick<ResourceServerScope, 'value' | 'description' | 'sensitivity'>

/** An API, or the person's own profile, with the scopes of it that an app may ask for. */
export type AskableApi = {
  audience: string
  name: string
  description: string | null
  scopes: AskableScope[]
  /** Whether a request for it may ask for `offline_access`. */
  allowOfflineAccess: boolean
}

/** `openid` is not among them: it only says that the app signs people in, and is never asked. */
const OPENID_SCOPES: AskableScope[] = [
  { value: 'profile', description: 'Read the person’s name and picture', sensitivity: 'basic' },
  { value: 'email', description: 'Read the person’s e-mail address', sensitivity: 'basic' },
  {
    value: 'offline_access',
    description: 'Keep access while the person is away, by refresh tokens',
    sensitivity: 'sensitive',
  },
]

export const openidSensitivity = (scope: string): AskableScope['sensitivity'] =>
  OPENID_SCOPES.find(({ value }) => value === scope)?.sensitivity ?? 'basic'

/** All that an app of a partner may ask for at present. */
export async function listAskableApis(ctx: Pick<AppContext, 'db' | 'config'>): Promise<AskableApi[]> {
  const [apis, systemApi] = await Promise.all([listApisOpenToPartners(ctx.db), findSystemApi(ctx.db)])
  const profile: AskableApi = {
    audience: userinfoAudience(ctx.config.issuer),
    name: 'Sign-in and profile',
    description: 'Who the person is. “openid” is always allowed and need not be asked for.',
    scopes: OPENID_SCOPES,
    allowOfflineAccess: true,
  }
  const ownData = policyFor({
    isFirstParty: false,
    thirdPartySecurityMode: 'permissive',
    tokenEndpointAuthMethod: null,
  })
  const account: AskableApi = {
    audience: managementApiIdentifier(ctx.config.issuer),
    name: 'The person’s account here',
    description: 'By the Management API, each person’s own data alone.',
    scopes: [...currentUserScopes]
      .filter(([value]) => ownData.managementScopes.has(value))
      .map(([value, description]) => ({ value, description, sensitivity: currentUserSensitivity(value) })),
    allowOfflineAccess: systemApi.allowOfflineAccess,
  }
  const open = apis.map(({ identifier, name, description, scopes, allowOfflineAccess }) => ({
    audience: identifier,
    name,
    description,
    scopes: scopes.map(({ value, description, sensitivity }) => ({ value, description, sensitivity })),
    allowOfflineAccess,
  }))
  return [profile, ...open, account]
}
