import type { TestClient } from '~tests/support/fixtures'
import type { ManagementWorld } from './management-world'

export type Refusal = { statusCode: number; errorCode?: string; message: string }

/** A token of a client in its own name; an empty text where it gets none. */
export async function createOwnClientToken(
  { machine }: ManagementWorld,
  client: TestClient,
  audience: string,
): Promise<string> {
  const answer = await machine.token({ grant_type: 'client_credentials', audience }, client)
  return String(answer.json.access_token ?? '')
}
