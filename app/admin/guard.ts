import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node'
import type { AppContext } from '~/context'
import { asUser } from '~/domain/audit/who'
import { hasAuthenticator } from '~/domain/authenticators/enrol-totp'
import { isFresh } from '~/domain/sessions/fresh'
import { findSession, type LiveSession } from '~/domain/sessions/sessions'
import { pageOf } from '~/pages/acts'
import { readPageForm } from '~/pages/read-form'
import { MINUTE } from '~/platform/durations'
import { findTenantMember, type TenantMember } from '~db/queries/teams'

/** How long a person who has given the password may take for the second factor. */
const HALF_WAY_LIFETIME = 10 * MINUTE

/** A member of the tenant in the admin area. */
export type AdminVisit = LiveSession & { ctx: AppContext; member: TenantMember }

/**
 * A member of the tenant, who has proved the second factor where one is due.
 * @throws a redirect to the sign-in page, which leads back here, or to the page of the second factor
 */
export async function enterAdminPage(args: LoaderFunctionArgs): Promise<AdminVisit> {
  const visit = await enterAdminHalfWay(args)
  if (!(await isComplete(visit))) throw redirect(`/admin/second-factor${continueQuery(args.request)}`)
  return visit
}

/** A form of a page of the area, and the member who sent it. */
export type AdminForm = AdminVisit & { form: FormData; page: string }

/** A member of the tenant, and the form they sent from a page of ours. */
export async function enterAdminForm(args: ActionFunctionArgs): Promise<AdminForm> {
  const visit = await enterAdminPage(args)
  return {
    ...visit,
    form: await readPageForm(args.request, visit.ctx, { by: visit.session }),
    page: pageOf(args.request),
  }
}

/** A member who has given the password at least: for the page of the second factor alone, and for signing out. */
export async function enterAdminHalfWay(args: LoaderFunctionArgs): Promise<AdminVisit> {
  const { context, request } = args
  const found = await findSession(context, 'admin')
  const member = found && (await findTenantMember(context.db, found.user.userId))
  if (!found || !member) throw redirect(`/admin/sign-in${continueQuery(request)}`)
  const ctx: AppContext = { ...context, actor: asUser(found.user) }
  const visit = { ...found, member, ctx }
  if (await isTooLate(visit)) throw redirect(`/admin/sign-in${continueQuery(request)}`)
  return visit
}

export async function enterAdminHalfWayForm(args: ActionFunctionArgs): Promise<AdminVisit & { form: FormData }> {
  const visit = await enterAdminHalfWay(args)
  return { ...visit, form: await readPageForm(args.request, visit.ctx, { by: visit.session }) }
}

/** A page that is open to everybody, and whether a member is signed in, if only half. */
export async function enterAdminPublicPage({ context }: LoaderFunctionArgs) {
  const found = await findSession(context, 'admin')
  const member = found && (await findTenantMember(context.db, found.user.userId))
  const isSignedIn = found !== undefined && member !== undefined && !(await isTooLate({ ...found, ctx: context }))
  return { ctx: context, isSignedIn, isFresh: found !== undefined && isFresh(context, found) }
}

/** A form of a page that is open to everybody: sign-in, the first set-up. */
export function enterAdminPublicForm({ request, context }: ActionFunctionArgs): Promise<FormData> {
  return readPageForm(request, context)
}

/** A session that stopped half way, too long ago to go on. */
const isTooLate = async (visit: Pick<AdminVisit, 'ctx' | 'session' | 'user'>): Promise<boolean> =>
  visit.session.createdAt + HALF_WAY_LIFETIME <= visit.ctx.clock.now() && !(await isComplete(visit))

/** Whether the session needs no further proof. Whoever has set up a second factor is asked for it, required or not. */
export async function isComplete({
  ctx,
  session,
  user,
}: Pick<AdminVisit, 'ctx' | 'session' | 'user'>): Promise<boolean> {
  if (session.amr.includes('mfa')) return true
  return !ctx.config.requireMemberMfa && !(await hasAuthenticator(ctx, user.userId))
}

/** A page that was asked for leads back; a form does not: what it held is lost. */
function continueQuery(request: Request): string {
  const { pathname, search } = new URL(request.url)
  const path = adminPath(pathname.replace(/\.data$/, '') + search)
  return request.method !== 'GET' || path === '/admin' ? '' : `?continue=${encodeURIComponent(path)}`
}

/** A page of the admin area to go on to, or its first page for whatever else is given. */
export function adminPath(given: unknown): string {
  const isOwn = typeof given === 'string' && /^\/admin(\/[A-Za-z0-9._~|%/-]*)?(\?[A-Za-z0-9._~=&%+-]*)?$/.test(given)
  const isEntrance = isOwn && /^\/admin\/(sign-in|sign-out|second-factor|set-up|join)\b/.test(given)
  return isOwn && !isEntrance && !given.includes('//') && !given.includes('..') ? given : '/admin'
}
