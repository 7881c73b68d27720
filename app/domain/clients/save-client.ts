import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { firstKeySteps } from '~/domain/keys/signing-keys'
import { holdsSecret, isConfidential, policyFor, provesLess } from '~/domain/policy/client-policy'
import { changedAt, changedMeanwhile } from '~/platform/changes'
import { sameSet } from '~/platform/sets'
import { also, must, type Step } from '~db/database'
import { deleteClientSecrets } from '~db/queries/client-secrets'
import { type Client, deleteClientOrigins, insertClient, insertClientOrigin, updateClient } from '~db/queries/clients'
import { deleteGrantsOfClient, deleteOpenCodes, deleteOpenDeviceCodes, keepPresentation } from '~db/queries/grants'
import { revokeRefreshTokensOfClient } from '~db/queries/refresh-tokens'
import { revokeFamiliesOfClient } from '~db/queries/tokens'
import { hasPkceChoice } from './pkce'
import { presentationOf } from './presentation'

/** The steps that make the key which the client's ID tokens are signed with, where the tenant has none yet. */
export const idTokenKeySteps = async (ctx: AppContext, { idTokenAlg }: Client): Promise<Step[]> =>
  idTokenAlg === 'HS256' ? [] : firstKeySteps(ctx, idTokenAlg)

/** The steps that store a new client. */
export const newClientSteps = (client: Client): Step[] => [also(insertClient(client)), ...originSteps(client)]

/**
 * The steps that change a client, with all that ends by it, whatever the door: secrets that it has no use for any more,
 * and what a stronger proof than its new one has guarded. Where it looks otherwise now, each grant keeps the look that
 * its person saw, and they are asked again; tokens that are out live on. A client that becomes a third party's begins
 * anew: what it got as a first party's, people were never asked for. A change of its mode of security is recorded, and
 * remembered while it is a first party's.
 * They throw a DomainError `changed` when the client was changed or deleted meanwhile.
 */
export function changeClientSteps(
  ctx: AppContext,
  before: Client,
  change: Partial<Client> & { updatedAt: number },
  { partnerId }: { partnerId?: string } = {},
): Step[] {
  const { clientId } = before
  const after = { ...before, ...change, updatedAt: changedAt(change.updatedAt, before) }
  const [look, newLook] = [presentationOf(before), presentationOf(after)]
  const looksOther = look.name !== newLook.name || !sameSet(look.places, newLook.places)
  return [
    must(
      updateClient(
        clientId,
        { ...change, ...pkceSettingOf(after), ...formerModeOf(before, after), updatedAt: after.updatedAt },
        before.updatedAt,
      ),
      () => changedMeanwhile('The app'),
    ),
    ...originSteps(after),
    ...(looksOther ? [also(keepPresentation(clientId, look))] : []),
    ...modeChangedSteps(ctx, before, after, partnerId),
    ...(holdsSecret(before) && !holdsSecret(after) ? [also(deleteClientSecrets(clientId))] : []),
    ...(provesLess(before, after) ? endWhatWasGuarded(clientId, after.updatedAt) : []),
    ...(asksFromNowOn(before, after)
      ? [also(revokeFamiliesOfClient(clientId, after.updatedAt)), also(deleteGrantsOfClient(clientId))]
      : []),
  ]
}

/** What was set for the client as it was is not set for the one of another kind that it may become again. */
const pkceSettingOf = (after: Client): Partial<Client> => (hasPkceChoice(after) ? {} : { pkce: null })

const formerModeOf = (before: Client, after: Client): Partial<Client> =>
  after.thirdPartySecurityMode === null && before.thirdPartySecurityMode !== null
    ? { formerSecurityMode: before.thirdPartySecurityMode }
    : {}

function modeChangedSteps(ctx: AppContext, before: Client, after: Client, partnerId: string | undefined): Step[] {
  const [from, to] = [before.thirdPartySecurityMode, after.thirdPartySecurityMode]
  if (from === to) return []
  const { clientId } = before
  return [also(auditEvent(ctx, 'client.mode-changed', asClient(after), { clientId, partnerId, details: { from, to } }))]
}

const asksFromNowOn = (before: Client, after: Client): boolean =>
  policyFor(before).consent !== 'always' && policyFor(after).consent === 'always'

const endWhatWasGuarded = (clientId: string, at: number): Step[] => [
  also(revokeRefreshTokensOfClient(clientId, at)),
  also(deleteOpenCodes(clientId)),
  also(deleteOpenDeviceCodes(clientId)),
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
