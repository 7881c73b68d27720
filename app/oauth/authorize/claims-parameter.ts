import { z } from 'zod'
import { JsonProblem, readJson } from '~/platform/json'
import { lookUp } from '~/platform/look-up'
import { OAuthError } from '../errors'

const claimRequest = z
  .object({ essential: z.boolean().optional(), value: z.unknown().optional(), values: z.array(z.unknown()).optional() })
  .nullable()
const claimsParameter = z.object({
  userinfo: z.record(z.string(), claimRequest).optional(),
  id_token: z.record(z.string(), claimRequest).optional(),
})

/** Which scope lets a client see a claim (OpenID Connect Core §5.4). */
const SCOPE_OF_CLAIM: Record<string, string> = {
  name: 'profile',
  nickname: 'profile',
  given_name: 'profile',
  family_name: 'profile',
  picture: 'profile',
  locale: 'profile',
  updated_at: 'profile',
  email: 'email',
  email_verified: 'email',
}

export type RequestedClaims = {
  /** The scopes that hold the claims: the person is asked for these, as a claim alone cannot be consented to. */
  scope: string[]
  /** The only person who may answer. */
  subject: string | undefined
  acrValues: string[]
  acrEssential: boolean
}

/**
 * The `claims` parameter (OpenID Connect Core §5.5). A claim is asked for by its scope, so that nothing can be had by it
 * that the consent page does not name; `sub` and `acr` keep their meaning.
 * @throws OAuthError `invalid_request` for what is not JSON of that form
 */
export function readClaims(text: string | undefined): RequestedClaims {
  if (text === undefined) return { scope: [], subject: undefined, acrValues: [], acrEssential: false }
  const { userinfo = {}, id_token: idToken = {} } = parse(text)
  const names = [...Object.keys(userinfo), ...Object.keys(idToken)]
  const subjects = [userinfo.sub, idToken.sub].flatMap((request) => request?.value ?? request?.values ?? [])
  const acr = idToken.acr
  const acrValues = [acr?.value ?? acr?.values ?? []].flat()
  return {
    scope: [...new Set(names.flatMap((name) => lookUp(SCOPE_OF_CLAIM, name) ?? []))],
    subject: oneSubject(subjects),
    acrValues: acrValues.map((value) => requireTextValue('acr', value)),
    acrEssential: acr?.essential ?? false,
  }
}

function parse(text: string): z.infer<typeof claimsParameter> {
  const refused = () =>
    new OAuthError('invalid_request', 'The claims parameter has to be a JSON object with userinfo or id_token.')
  try {
    return claimsParameter.parse(readJson(text))
  } catch (error) {
    throw error instanceof JsonProblem || error instanceof z.ZodError ? refused() : error
  }
}

/** Several subjects would make the answer say which of them is here, so one is named or none. */
function oneSubject(subjects: unknown[]): string | undefined {
  if (new Set(subjects).size > 1) throw new OAuthError('invalid_request', 'The claims parameter may name one sub.')
  return subjects[0] === undefined ? undefined : requireTextValue('sub', subjects[0])
}

function requireTextValue(claim: 'sub' | 'acr', value: unknown): string {
  if (typeof value === 'string') return value
  throw new OAuthError('invalid_request', `In the claims parameter each value of ${claim} has to be a string.`)
}
