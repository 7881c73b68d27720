import type { User } from '~db/queries/users'
import { pictureOfAddress } from './picture'

/**
 * The standard claims that the granted scopes let a client see (OpenID Connect Core §5.4); absent ones are left out. What
 * was made from the e-mail address tells it, and goes with it.
 */
export function claimsByScope(user: User, scope: string[]): Record<string, unknown> {
  const claims: Record<string, unknown> = {}
  if (scope.includes('profile')) {
    const hidden = scope.includes('email') ? [] : claimsOfAddress(user)
    claims.name = user.name
    claims.nickname = user.nickname
    claims.given_name = user.givenName
    claims.family_name = user.familyName
    claims.picture = user.picture
    claims.locale = user.locale
    claims.updated_at = Math.floor(user.updatedAt / 1000)
    for (const claim of hidden) claims[claim] = null
  }
  if (scope.includes('email') && user.email !== null) {
    claims.email = user.email
    claims.email_verified = user.emailVerified
  }
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null))
}

/** The claims of the profile that hold what the program made of the address, where the person or a provider gave nothing. */
function claimsOfAddress({ email, name, nickname, picture }: User): string[] {
  if (email === null) return []
  const address = email.toLowerCase()
  const isAddress = (value: string | null) => value?.toLowerCase() === address
  const isName = (value: string | null) => value?.toLowerCase() === address.split('@', 1)[0]
  return [
    ...(isAddress(name) ? ['name'] : []),
    ...(isAddress(nickname) || isName(nickname) ? ['nickname'] : []),
    ...(picture === pictureOfAddress(email) ? ['picture'] : []),
  ]
}
