/** The page behind the link of a verification mail: it asks, and its button confirms. */
import { redirect } from '@remix-run/node'
import type { AppContext } from '~/context'
import { findSession } from '~/domain/sessions/sessions'
import { findWayOn } from '~/domain/users/ticket-links'
import { findVerification, verifyEmail } from '~/domain/users/verify-email'
import { describeRefusal } from '~/pages/form-answers'
import { DomainError } from '~/platform/errors'
import type { User } from '~db/queries/users'

/** An app that a person is offered to go on to. */
export type AppToGoOnTo = { name: string; uri: string }

export type VerificationPage =
  /** `signIn` leads back here; null where the person is signed in to the account. */
  | { state: 'asks'; email: string; name: string; madeAt: number; signIn: string | null }
  | { state: 'confirmed'; email: string; app: AppToGoOnTo | null }
  | { state: 'dead'; refusal: string }

const pageOf = (ticket: string): string => `/account/verify-email?ticket=${encodeURIComponent(ticket)}`

/**
 * What somebody sees who follows the link, or whose browser or mail program does: nothing changes by it.
 * @throws a redirect to where the program that made the link wants people whose address is confirmed, or cannot be
 */
export async function verificationPage(ctx: AppContext, ticket: string): Promise<VerificationPage> {
  const { user, problem } = await findVerification(ctx, ticket).then(
    (user) => ({ user, problem: undefined }),
    (error) => ({ user: undefined, problem: describeRefusal(error) }),
  )
  if (user && !user.emailVerified) return question(ctx, ticket, user)
  const message = problem?.message ?? 'Your address is confirmed.'
  const wayOn = await findWayOn(ctx, 'verify-email', ticket, { success: !problem, message })
  if (wayOn?.redirect) throw redirect(wayOn.redirect)
  if (problem) return { state: 'dead', refusal: message }
  return { state: 'confirmed', email: user?.email ?? '', app: wayOn?.offer ?? null }
}

async function question(ctx: AppContext, ticket: string, user: User): Promise<VerificationPage> {
  const { email, name, createdAt: madeAt } = user
  const signIn = (await isSignedInAs(ctx, user))
    ? null
    : `/account/sign-in?continue=${encodeURIComponent(pageOf(ticket))}`
  return { state: 'asks', email: email ?? '', name, madeAt, signIn }
}

/** Confirms the address, and leads back to the page, which says what came of it. */
export async function confirmAddress(ctx: AppContext, ticket: string): Promise<Response> {
  try {
    const user = await findVerification(ctx, ticket)
    await verifyEmail(ctx, ticket, (await isSignedInAs(ctx, user)) ? 'holder' : 'claimant')
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
  }
  return redirect(pageOf(ticket), { status: 303 })
}

const isSignedInAs = async (ctx: AppContext, { userId }: User): Promise<boolean> =>
  (await findSession(ctx, 'account'))?.user.userId === userId
