import { type ActionFunctionArgs, data, type LoaderFunctionArgs, redirect, redirectDocument } from '@remix-run/node'
import type { AppContext } from '~/context'
import { asUser } from '~/domain/audit/who'
import { findHalfWayAtPage, type HalfWay } from '~/domain/authenticators/mfa-token'
import {
  cancelAuthorization,
  findPendingAuthorization,
  isAnswered,
  type PendingAuthorization,
} from '~/domain/grants/pending-authorization'
import { findSession, type LiveSession } from '~/domain/sessions/sessions'
import { pageOf } from '~/pages/acts'
import { readPageForm } from '~/pages/read-form'
import { createFormToken } from '~/platform/form-token'
import type { User } from '~db/queries/users'

/** A signed-in end user at a page of their own account. */
export type AccountVisit = LiveSession & { ctx: AppContext }

/** And the form that they sent from a page of ours. */
export type FormVisit = AccountVisit & { form: FormData; page: string }

/** Somebody at a page of an authorization that was begun in this browser. */
export type AuthorizationVisit = { ctx: AppContext; pending: PendingAuthorization }

/** Somebody who has given a password here, now or earlier, inside an authorization or outside of one. */
export type SecondFactorVisit = { ctx: AppContext; pending: PendingAuthorization | undefined; user: User } & (
  | { halfWay: HalfWay; live?: undefined }
  | { live: LiveSession; halfWay?: undefined }
)

/** Holds what stands for the password while the second factor is missing. */
export const SECOND_FACTOR_COOKIE = 'second_factor'

/** A signed-in person who is asked what an app may have. */
export type ConsentVisit = AuthorizationVisit & LiveSession

/** @throws a redirect to the sign-in page, which leads back here */
export async function enterAccountPage({ request, context }: LoaderFunctionArgs): Promise<AccountVisit> {
  const found = await findSession(context, 'account')
  if (!found) {
    const { pathname, search } = new URL(request.url)
    throw redirect(`/account/sign-in?continue=${encodeURIComponent(pathname + search)}`)
  }
  return { ...found, ctx: actingAs(context, found) }
}

/** A signed-in end user, and the form they sent from a page of ours. */
export async function enterAccountForm(args: ActionFunctionArgs): Promise<FormVisit> {
  const visit = await enterAccountPage(args)
  return {
    ...visit,
    form: await readPageForm(args.request, visit.ctx, { by: visit.session }),
    page: pageOf(args.request),
  }
}

/** A page that is open to everybody. */
export const enterAccountPublicPage = ({ context }: LoaderFunctionArgs): AppContext => context

/** A form of a page that is open to everybody: sign-in, sign-up, a forgotten password. */
export function enterAccountPublicForm({ request, context }: ActionFunctionArgs): Promise<FormData> {
  return readPageForm(request, context)
}

/**
 * A page that stands inside an authorization: the request in its address waits, and was begun in this browser.
 * @throws a 400 answer for any other request
 */
export async function enterAuthorizationPage({ request, context }: LoaderFunctionArgs): Promise<AuthorizationVisit> {
  const pending = await findRequestOfPage(request, context)
  if (!pending) throw expiredRequest()
  return { ctx: context, pending }
}

export async function enterAuthorizationForm(
  args: ActionFunctionArgs,
): Promise<AuthorizationVisit & { form: FormData }> {
  const visit = await enterAuthorizationPage(args)
  return { ...visit, form: await enterAccountPublicForm(args) }
}

/** The request that the page's address names, where there is one that waits in this browser. */
export async function findRequestOfPage(
  request: Request,
  context: AppContext,
): Promise<PendingAuthorization | undefined> {
  const id = new URL(request.url).searchParams.get('request')
  return id ? findPendingAuthorization(context, id) : undefined
}

/**
 * Somebody who is to give a second factor, or to set one up: after a password that was right, or signed in already.
 * @throws a redirect to the sign-in page, which leads back here, for everybody else
 */
export async function enterSecondFactorPage({ request, context }: LoaderFunctionArgs): Promise<SecondFactorVisit> {
  const pending = await findRequestOfPage(request, context)
  if (!pending && new URL(request.url).pathname.startsWith('/u/')) throw expiredRequest()
  const halfWay = await findHalfWayAtPage(context, context.request.cookies[SECOND_FACTOR_COOKIE])
  const live = await findSession(context, 'account')
  // Whoever signed in after somebody else had left half way is the one who is here.
  const isLeft = halfWay && live && live.session.authenticatedAt > halfWay.mfaToken.createdAt
  if (halfWay && !isLeft) return { ctx: actingAs(context, halfWay), pending, halfWay, user: halfWay.user }
  if (live) return { ctx: actingAs(context, live), pending, live, user: live.user }
  throw redirect(pending ? `/u/login${new URL(request.url).search}` : `/account/sign-in${new URL(request.url).search}`)
}

export async function enterSecondFactorForm(args: ActionFunctionArgs): Promise<SecondFactorVisit & { form: FormData }> {
  const visit = await enterSecondFactorPage(args)
  return { ...visit, form: await readPageForm(args.request, visit.ctx, { by: visit.live?.session }) }
}

/** @throws a redirect to the authorization where nobody is signed in, or the question has been answered */
export async function enterConsentPage(args: LoaderFunctionArgs): Promise<ConsentVisit> {
  const { ctx, pending } = await enterAuthorizationPage(args)
  const found = await findSession(ctx, 'account')
  if (!found || isAnswered(pending, found.user)) throw resumeAuthorization(pending)
  return { ...found, pending, ctx: actingAs(ctx, found) }
}

/** A signed-in person, inside an authorization, and the form that they sent. */
export async function enterConfirmForm(args: ActionFunctionArgs): Promise<ConsentVisit & { form: FormData }> {
  const visit = await enterConsentPage(args)
  return { ...visit, form: await readPageForm(args.request, visit.ctx, { by: visit.session }) }
}

/**
 * The answer to the consent page. Its token holds for this request and this person alone: an answer that was meant for
 * another app is refused, and one that another person gave in this browser asks again (RFC 6749 §10.12).
 */
export async function enterConsentForm(args: ActionFunctionArgs): Promise<ConsentVisit & { form: FormData }> {
  const { ctx, pending } = await enterAuthorizationPage(args)
  const found = await findSession(ctx, 'account')
  const form = await readPageForm(args.request, ctx, { by: found?.session, about: decisionOn(pending) })
  if (!found) {
    // Signed out, blocked or deleted since: a no takes nobody.
    if (form.get('decision') === 'deny') await cancelAuthorization(ctx, pending)
    throw resumeAuthorization(pending)
  }
  if (isAnswered(pending, found.user)) throw resumeAuthorization(pending)
  return { ...found, pending, ctx: actingAs(ctx, found), form }
}

/** The hidden input of the consent form. */
export const consentFormToken = ({ ctx, session, pending }: ConsentVisit): string =>
  createFormToken(ctx.encryption, ctx.request.visitorId, { about: decisionOn(pending), holders: [session] })

/** Back to the authorization, which decides what comes next; it is no page of Remix. */
export const resumeAuthorization = ({ request }: PendingAuthorization, headers?: HeadersInit): Response =>
  redirectDocument(`/authorize/resume?request=${encodeURIComponent(request.id)}`, { status: 303, headers })

const expiredRequest = () => data({ problem: 'expired-request' }, { status: 400 })

const decisionOn = ({ request }: PendingAuthorization): string => `consent ${request.id}`

export const actingAs = (context: AppContext, { user }: Pick<LiveSession, 'user'>): AppContext => ({
  ...context,
  actor: asUser(user),
})
