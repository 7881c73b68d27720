import type { AppContext } from '~/context'
import type { Database } from '~db/database'
import { findResourceServer } from '~db/queries/resource-servers'
import { presentAudience } from './former-issuers'

/** An address whose path is empty is written with a slash or without, and is the same (RFC 3986 §6.2.3). Pure. */
const spellingsOf = (resource: string): string[] => {
  if (!/^https?:\/\/[^/?#]+\/?$/i.test(resource)) return [resource]
  return [resource, resource.endsWith('/') ? resource.slice(0, -1) : `${resource}/`]
}

/** Whether two spellings name one API (RFC 8707 §2). Pure. */
export const isSameResource = (one: string | null, other: string): boolean =>
  one !== null && spellingsOf(one).includes(other)

/** How the API that a `resource` names is spelled here; as it came where there is none. */
export async function identifierOf(
  ctx: Pick<AppContext, 'db' | 'config' | 'clock'>,
  resource: string,
): Promise<string> {
  for (const spelling of spellingsOf(resource)) if (await findResourceServer(ctx.db, spelling)) return spelling
  return presentAudience(ctx, resource)
}

/** The end of a refusal of an identifier that differs from an API's by the slash at its end; empty where there is none. */
export async function didYouMean(db: Database, identifier: string): Promise<string> {
  const other = identifier.endsWith('/') ? identifier.slice(0, -1) : `${identifier}/`
  return (await findResourceServer(db, other)) ? `. Did you mean ${other}?` : ''
}
