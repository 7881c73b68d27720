import type { AppContext } from '~/context'
import { firstKeySteps } from '~/domain/keys/signing-keys'
import { isConfidential } from '~/domain/policy/client-policy'
import { changedAt, changedMeanwhile } from '~/platform/changes'
import { also, must, type Step } from '~db/database'
import { type Client, deleteClientOrigins, insertClient, insertClientOrigin, updateClient } from '~db/queries/clients'
import { deleteGrantsOfClient } from '~db/queries/grants'
import { revokeConsentedFamiliesOfClient } from '~db/queries/tokens'

/** The steps that make the key which the client's ID tokens are signed with, where the tenant has none yet. */
export const idTokenKeySteps = async (ctx: AppContext, { idTokenAlg }: Client): Promise<Step[]> =>
  idTokenAlg === 'HS256' ? [] : firstKeySteps(ctx, idTokenAlg)

/** The steps that store a new client. */
export const newClientSteps = (client: Client): Step[] => [also(insertClient(client)), ...originSteps(client)]

/** The steps that change a client; they throw a DomainError `changed` when it was changed or deleted meanwhile. */
export const changeClientSteps = (before: Client, change: Partial<Client> & { updatedAt: number }): Step[] => [
  must(
    updateClient(before.clientId, { ...change, updatedAt: changedAt(change.updatedAt, before) }, before.updatedAt),
    () => changedMeanwhile('The app'),
  ),
  ...originSteps({ ...before, ...change }),
]

/** The steps that take back all that people have allowed a client, with the tokens that rest on it: it asks anew. */
export const forgetConsentSteps = (clientId: string, at: number): Step[] => [
  also(revokeConsentedFamiliesOfClient(clientId, at)),
  also(deleteGrantsOfClient(clientId)),
]

/** Keeps the origins of all clients where one lookup finds them: preflights name no client. */
function originSteps(client: Client): Step[] {
  const { clientId } = client
  return [
    also(deleteClientOrigins({ clientId })),
    ...[...originsOf(client)].map((origin) => also(insertClientOrigin({ origin, clientId }))),
  ]
}

/**
 * The origins whose pages may read what the server answers to them: those that the client names, and those of the
 * callbacks of a client that runs in a browser, or signs people in on pages of its own.
 */
export function originsOf(client: Client): Set<string> {
  const callbacks = isConfidential(client) && !client.crossOriginAuthentication ? [] : client.callbacks
  const origins = callbacks.map((uri) => new URL(uri).origin).filter((origin) => origin !== 'null')
  return new Set([...client.webOrigins, ...client.allowedOrigins, ...origins])
}
