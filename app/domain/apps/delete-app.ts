import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { MAX_CLIENT_NAME } from '~/domain/clients/client-name'
import { DomainError } from '~/platform/errors'
import { readText } from '~/platform/text'
import { also, must } from '~db/database'
import type { AppDetails } from '~db/queries/apps'
import { deleteClient, deleteClientNotSuspended } from '~db/queries/clients'

/** What a person typed to confirm a deletion. @throws DomainError `invalid` when that is not the app's name */
export function requireTypedName({ client, proposed }: AppDetails, typed: string): void {
  const names = [client.name, ...(proposed ? [proposed.manifest.name] : [])]
  const { text } = readText(typed, { form: 'NFC', max: MAX_CLIENT_NAME })
  if (text !== undefined && names.includes(text.trim())) return
  throw new DomainError('invalid', `Type the name of the app, ${client.name}, to confirm.`, { field: 'confirm_name' })
}

/**
 * Deletes an app with its secrets, its versions, and every consent and token that people gave it.
 * @param by a partner deletes no app that is suspended: its suspension would be gone, and the next one a new app
 * @throws DomainError `not_found` when it is gone already, `not_allowed` for a partner while it is suspended
 */
export async function deleteApp(ctx: AppContext, { app, client }: AppDetails, by: 'partner' | 'tenant'): Promise<void> {
  if (by === 'partner' && client.suspendedAt !== null) throw suspended()
  const { clientId } = client
  await ctx.db.atomically([
    must(by === 'partner' ? deleteClientNotSuspended(clientId) : deleteClient(clientId), gone),
    also(auditEvent(ctx, 'app.deleted', asClient(client), { clientId: client.clientId, partnerId: app.partnerId })),
  ])
}

const gone = () => new DomainError('not_found', 'This app was deleted already, or has just been suspended. Look again.')

const suspended = () =>
  new DomainError('not_allowed', 'This app is suspended. Ask the people who run this site to reinstate or delete it.')
