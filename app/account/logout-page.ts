import { data, redirect } from '@remix-run/node'
import type { AppContext } from '~/context'
import { requireLogoutReturn, withState } from '~/domain/sessions/logout-return'
import { findSession } from '~/domain/sessions/sessions'
import { describeRefusal } from '~/pages/form-answers'
import { endSession } from './begin-session'
import { readTenant } from './tenant'

/** What the page asks before it signs somebody out whom an app has sent here without saying who they are. */
export async function logoutPage(ctx: AppContext, request: Request) {
  const live = await findSession(ctx, 'account')
  if (!live) throw redirect('/u/signed-out')
  const { client } = await returnOf(ctx, request)
  return {
    tenantName: (await readTenant(ctx)).name,
    appName: client?.name ?? null,
    email: live.user.email ?? live.user.name,
  }
}

export async function answerLogout(ctx: AppContext, request: Request): Promise<Response> {
  const { uri, state } = await returnOf(ctx, request)
  const live = await findSession(ctx, 'account')
  const back = uri === undefined ? '/u/signed-out' : withState(uri, state)
  return redirect(back, { status: 303, headers: live ? await endSession(ctx, live) : undefined })
}

/** Looked at again: the address of the page is anybody's to write. @throws a 400 answer */
async function returnOf(ctx: AppContext, request: Request) {
  const query = new URL(request.url).searchParams
  const read = (name: string) => query.get(name) ?? undefined
  try {
    const found = await requireLogoutReturn(ctx, { clientId: read('client_id'), uri: read('post_logout_redirect_uri') })
    return { ...found, state: read('state') }
  } catch (error) {
    throw data(describeRefusal(error).message, { status: 400 })
  }
}
