import type { AppContext } from '~/context'
import type { AppDetails } from '~db/queries/apps'
import { findRefusal } from '~db/queries/refusals'
import { appHead } from './app-pages'

/** What is sent as one of what is registered, byte for byte. */
const COMPARED_WHOLE = new Set(['redirect_uri', 'grant_type', 'response_type'])

/** @throws a 404 answer for a refusal that is not of this app, or too old */
export async function refusalPage(ctx: AppContext, details: AppDetails, id: string | undefined) {
  const found = id === undefined ? undefined : await findRefusal(ctx.db, details.client.clientId, id)
  if (!found) throw new Response('This refusal is not there any more: they are kept for seven days.', { status: 404 })
  const { at, endpoint, error, description, detail, sent, registered } = found
  const names = [...new Set([...Object.keys(sent), ...Object.keys(registered)])]
  const compared = names.map((name) => ({
    name,
    sent: sent[name] ?? null,
    registered: registered[name] ?? [],
    differs: COMPARED_WHOLE.has(name) && sent[name] !== undefined && !registered[name]?.includes(sent[name]),
  }))
  return {
    head: appHead(details),
    refusal: {
      at,
      endpoint,
      error,
      description,
      detail,
      // What does not fit first, then what was sent.
      compared: compared.sort((a, b) => rankOf(a) - rankOf(b)),
    },
  }
}

const rankOf = ({ differs, sent }: { differs: boolean; sent: string | null }): number =>
  differs ? 0 : sent === null ? 2 : 1
