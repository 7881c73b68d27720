/** The audience of a token that is for no API: `/userinfo` takes it. */
export const userinfoAudience = (issuer: string): string => `${issuer}userinfo`
