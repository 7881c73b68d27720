import type { AppContext } from '~/context'
import { findSession } from '~/domain/sessions/sessions'
import { createFormToken } from '~/platform/form-token'

/** The token of the forms of a page: of this browser, and of whoever is signed in to its areas while the page is made. */
export async function pageFormToken(ctx: AppContext): Promise<string> {
  const found = await Promise.all((['account', 'portal', 'admin'] as const).map((area) => findSession(ctx, area)))
  const holders = found.flatMap((live) => live?.session ?? [])
  return createFormToken(ctx.encryption, ctx.request.visitorId, { holders })
}
