import type { AppContext } from '~/context'
import { type Client, findClient } from '~db/queries/clients'
import { isDocumentUrl } from './metadata-documents'

/**
 * The client that a request names: one of ours, or one whose id is the address of its document.
 * @throws DomainError `invalid` for a document that cannot be had or does not fit
 */
export const findNamedClient = (ctx: AppContext, clientId: string): Promise<Client | undefined> =>
  isDocumentUrl(clientId) ? ctx.metadataDocuments.findClient(ctx, clientId) : findClient(ctx.db, clientId)
