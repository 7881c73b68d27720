import type { AppContext } from '~/context'
import { type Client, findClient } from '~db/queries/clients'
import { isDocumentUrl } from './metadata-documents'

/**
 * The client that a request names: one of ours, or one whose id is the address of its document.
 * @throws DomainError `invalid` for a document that is not there or does not fit, `provider_failed` for one that cannot be
 * read at this moment
 */
export const findNamedClient = (ctx: AppContext, clientId: string): Promise<Client | undefined> =>
  isDocumentUrl(clientId) ? ctx.metadataDocuments.findClient(ctx, clientId) : findClient(ctx.db, clientId)
