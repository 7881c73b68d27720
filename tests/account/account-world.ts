/** People at the pages that stand inside an authorization, and an app that sends them there. */
import { cookieName } from '~/platform/cookies'
import type { PageAnswer, Visitor } from '~tests/support/visitor'
import { authorizeParams, pendingId, type World } from '../oauth/authorization-world'
import type { TestClient } from '../support/fixtures'

export {
  answerOf,
  authorizeParams,
  createWorld,
  obtainTokens,
  refresh,
  userinfo,
  type World,
} from '../oauth/authorization-world'

type Given = Record<string, string | undefined>

/** Asks a machine endpoint as the visitor's browser does. */
export const follow = ({ services, machine }: World, { cookies }: Visitor, path: string) => {
  const cookie = Object.entries(cookies).map(([name, value]) => `${cookieName(services.config, name)}=${value}`)
  return machine.get(path, { headers: { cookie: cookie.join('; ') } })
}

/** Begins an authorization in the visitor's browser. @returns the id of the request that waits there */
export async function begin(
  world: World,
  visitor: Visitor,
  client: TestClient,
  page: 'login' | 'consent' | 'signup',
  given: Given = {},
): Promise<string> {
  return pendingId(await follow(world, visitor, `/authorize?${authorizeParams(client, given)}`), page)
}

/** The hidden token of a consent page. */
export const tokenOf = ({ value }: PageAnswer): string => (value as { formToken: string }).formToken

/** The errors of a form's answer, by field; `''` holds those of the form itself. */
export const errorsOf = ({ value }: PageAnswer): Record<string, string[]> =>
  (value as { error?: Record<string, string[]> }).error ?? {}
