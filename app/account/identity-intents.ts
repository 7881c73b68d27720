/** The named buttons by which a person changes how they sign in. */
export const IDENTITY_INTENTS = ['link-provider', 'link-account', 'unlink-identity'] as const

export type IdentityIntent = (typeof IDENTITY_INTENTS)[number]
