import { data, redirect } from '@remix-run/node'
import type { AppContext } from '~/context'
import { requireLogoutReturn, withState } from '~/domain/sessions/logout-return'
import { findSession } from '~/domain/sessions/sessions'
import { describeRefusal } from '~/pages/form-answers'
import { hashSecret } from '~/platform/secrets'
import { endSession } from './begin-session'
import { readTenant } from './tenant'

/**
 * What the page asks before it signs somebody out whom an app has sent here without saying who they are. Who is signed
 * out already is shown the way back.
 */
export async function logoutPage(ctx: AppContext, request: Request) {
  const { live, client, back } = await visitOf(ctx, request)
  if (!live && back === undefined) throw redirect('/u/signed-out')
  return {
    tenantName: (await readTenant(ctx)).name,
    appName: client?.name ?? null,
    person: live ? { email: live.user.email ?? live.user.name, shown: shownTo(live.session.id, client?.name) } : null,
    back,
  }
}

export type LogoutPage = Awaited<ReturnType<typeof logoutPage>>

/** The answer counts for the person and the app that the page named; otherwise it asks again. */
export async function answerLogout(ctx: AppContext, request: Request, form: FormData) {
  const { live, client, back } = await visitOf(ctx, request)
  if (live && form.get('shown') !== shownTo(live.session.id, client?.name))
    return data(
      { problem: 'Somebody else has signed in meanwhile, or the app has changed. Read it again.' },
      { status: 409 },
    )
  return redirect(back ?? '/u/signed-out', { status: 303, headers: live ? await endSession(ctx, live) : undefined })
}

/** What the page has named, for the form. */
const shownTo = (sessionId: string, appName: string | undefined): string =>
  hashSecret(JSON.stringify([sessionId, appName]))

/** Looked at again: the address of the page is anybody's to write. @throws a 400 answer */
async function visitOf(ctx: AppContext, request: Request) {
  const live = await findSession(ctx, 'account')
  const query = new URL(request.url).searchParams
  const read = (name: string) => query.get(name) ?? undefined
  try {
    const asked = { clientId: read('client_id'), uri: read('post_logout_redirect_uri'), user: live?.user }
    const { client, uri } = await requireLogoutReturn(ctx, asked)
    return { live, client, back: uri === undefined ? undefined : withState(uri, read('state')) }
  } catch (error) {
    throw data(describeRefusal(error).message, { status: 400 })
  }
}
