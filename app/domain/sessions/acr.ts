/** The authentication context classes there are here, in the order of what they prove (OpenID Connect Core §2 `acr`). */
export const MULTI_FACTOR_ACR = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor'
export const PASSWORD_ACR = 'urn:oasis:names:tc:SAML:2.0:ac:classes:Password'

export const supportedAcrValues = [MULTI_FACTOR_ACR, PASSWORD_ACR]

/** How somebody proved who they are first: by a password, or at a provider, which RFC 8176 has no value for. */
export type FirstFactor = 'pwd' | 'fed'

/** How somebody proved who they are who gave a second factor after the first (RFC 8176 §2). */
export const multiFactorAmr = (secondFactor: 'otp' | 'recovery', first: FirstFactor = 'pwd'): string[] =>
  secondFactor === 'otp' ? [first, 'otp', 'mfa'] : [first, 'mfa']

/** The class that a sign-in reached; none where a provider alone vouches for it. @param amr RFC 8176 values */
export const acrOf = (amr: string[]): string | undefined => {
  if (amr.includes('mfa')) return MULTI_FACTOR_ACR
  return amr.includes('pwd') ? PASSWORD_ACR : undefined
}

/** Whether a sign-in reached one of the wanted classes; a second factor is also as good as a password. */
export const reachesAcr = (amr: string[], wanted: string[]): boolean =>
  wanted.some((acr) => acr === acrOf(amr) || (acr === PASSWORD_ACR && amr.length > 0))
