import type { User } from '~db/queries/users'
import { pictureOfAddress } from './picture'

/**
 * The standard claims that the granted scopes let a client see (OpenID Connect Core §5.4); absent ones are left out. A
 * picture that was made from the e-mail address tells it to whoever tries, and goes with it.
 */
export function claimsByScope(user: User, scope: string[]): Record<string, unknown> {
  const claims: Record<string, unknown> = {}
  if (scope.includes('profile')) {
    claims.name = user.name
    claims.nickname = user.nickname
    claims.given_name = user.givenName
    claims.family_name = user.familyName
    const tellsAddress = user.email !== null && user.picture === pictureOfAddress(user.email)
    claims.picture = tellsAddress && !scope.includes('email') ? null : user.picture
    claims.locale = user.locale
    claims.updated_at = Math.floor(user.updatedAt / 1000)
  }
  if (scope.includes('email') && user.email !== null) {
    claims.email = user.email
    claims.email_verified = user.emailVerified
  }
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null))
}
