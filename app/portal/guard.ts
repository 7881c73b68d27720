import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node'
import type { AppContext } from '~/context'
import { asUser } from '~/domain/audit/who'
import { findSession, type LiveSession } from '~/domain/sessions/sessions'
import { pageOf } from '~/pages/acts'
import { readPageForm } from '~/pages/read-form'
import { type AppDetails, findAppOfPartner } from '~db/queries/apps'
import type { Partner } from '~db/queries/partners'
import { findPartnerOfUser, type PartnerMember } from '~db/queries/teams'

/** A signed-in person of the portal, whose address may still be unconfirmed. */
export type PortalGuest = LiveSession & { ctx: AppContext }

/** A person of a partner's team who may work: confirmed, and the organization is not suspended. */
export type PortalVisit = PortalGuest & { partner: Partner; member: PartnerMember }

/** @throws a redirect: to the sign-in page, which leads back here, to the page that waits for the mail, or out */
export async function enterPortalPage(args: LoaderFunctionArgs): Promise<PortalVisit> {
  const guest = await enterPortalAsGuest(args)
  if (!guest.user.emailVerified) throw redirect('/portal/check-mail')
  const membership = await findPartnerOfUser(guest.ctx.db, guest.user.userId)
  if (!membership || membership.partner.suspendedAt !== null) throw redirect('/portal/suspended')
  return { ...guest, ...membership }
}

/** A form of a page of the portal, and who of the team sent it. */
export type PortalForm = PortalVisit & { form: FormData; page: string }

/** A person of a partner's team, and the form they sent from a page of ours. */
export async function enterPortalForm(args: ActionFunctionArgs): Promise<PortalForm> {
  const visit = await enterPortalPage(args)
  return {
    ...visit,
    form: await readPageForm(args.request, visit.ctx, { by: visit.session }),
    page: pageOf(args.request),
  }
}

/** Anybody who is signed in to the portal: for the pages that say why they cannot go on, and for signing out. */
export async function enterPortalAsGuest({ request, context }: LoaderFunctionArgs): Promise<PortalGuest> {
  const found = await findSession(context, 'portal')
  if (!found) throw redirect(signInPath(request))
  return { ...found, ctx: { ...context, actor: asUser(found.user) } }
}

export async function enterPortalFormAsGuest(args: ActionFunctionArgs): Promise<PortalGuest & { form: FormData }> {
  const guest = await enterPortalAsGuest(args)
  return { ...guest, form: await readPageForm(args.request, guest.ctx, { by: guest.session }) }
}

/** A page that is open to everybody, and who is signed in, if anybody is. */
export async function enterPortalPublicPage({
  context,
}: LoaderFunctionArgs): Promise<{ ctx: AppContext; found: LiveSession | undefined }> {
  return { ctx: context, found: await findSession(context, 'portal') }
}

/** A form of a page that is open to everybody: sign-in, sign-up, a forgotten password. */
export function enterPortalPublicForm({ request, context }: ActionFunctionArgs): Promise<FormData> {
  return readPageForm(request, context)
}

/**
 * The app of an address, if it is one of the visitor's organization.
 * @throws a 404 `Response`, for another partner's app as for one that does not exist
 */
export async function requireOwnApp({ ctx, partner }: PortalVisit, clientId: string | undefined): Promise<AppDetails> {
  const details = clientId ? await findAppOfPartner(ctx.db, partner.id, clientId) : undefined
  if (!details) {
    throw new Response('Your organization has no such app. It may have been deleted.', { status: 404 })
  }
  return details
}

/** Where to sign in; a page that was asked for leads back, a form does not: what it held is lost. */
function signInPath(request: Request): string {
  const { pathname, search } = new URL(request.url)
  const path = pathname.replace(/\.data$/, '')
  if (request.method !== 'GET' || path === '/portal/sign-out') return '/portal/sign-in'
  return `/portal/sign-in?continue=${encodeURIComponent(path + search)}`
}

/** A page of the portal to go on to, or the list of apps for whatever else is given. */
export function portalPath(given: unknown): string {
  const isOwn = typeof given === 'string' && /^\/portal(\/[A-Za-z0-9._~/-]*)?(\?[A-Za-z0-9._~=&%-]*)?$/.test(given)
  return isOwn && !given.includes('//') && !given.includes('..') ? given : '/portal/apps'
}
