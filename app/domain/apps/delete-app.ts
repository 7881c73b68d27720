import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import type { AppDetails } from '~db/queries/apps'
import { deleteClient } from '~db/queries/clients'

/** What a person typed to confirm a deletion. @throws DomainError `invalid` when that is not the app's name */
export function requireTypedName({ client, proposed }: AppDetails, typed: string): void {
  const names = [client.name, proposed?.manifest.name]
  if (names.includes(typed.trim().normalize('NFC'))) return
  throw new DomainError('invalid', `Type the name of the app, ${client.name}, to confirm.`, { field: 'confirm_name' })
}

/**
 * Deletes an app with its secrets, its versions, and every consent and token that people gave it.
 * @throws DomainError `not_found` when it is gone already
 */
export async function deleteApp(ctx: AppContext, { app, client }: AppDetails): Promise<void> {
  await ctx.db.atomically([
    must(deleteClient(client.clientId), () => new DomainError('not_found', 'This app was deleted already.')),
    also(auditEvent(ctx, 'app.deleted', asClient(client), { clientId: client.clientId, partnerId: app.partnerId })),
  ])
}
