/** The page behind the link that confirms a partner's address: it asks, and its buttons act. */
import { redirect } from '@remix-run/node'
import type { AppContext } from '~/context'
import { findSession } from '~/domain/sessions/sessions'
import { disownSignUp } from '~/domain/teams/give-way'
import { findVerification, verifyEmail } from '~/domain/users/verify-email'
import { describeRefusal } from '~/pages/form-answers'
import { findPartnerOfUser } from '~db/queries/teams'
import type { User } from '~db/queries/users'
import { siteNameOf } from './support'

const isSignedInAs = async (ctx: AppContext, { userId }: User): Promise<boolean> =>
  (await findSession(ctx, 'portal'))?.user.userId === userId

/** Where people go whose address is confirmed. */
const afterwards = async (ctx: AppContext, user: User) =>
  redirect((await isSignedInAs(ctx, user)) ? '/portal/apps?notice=welcome' : '/portal/sign-in?notice=verified', {
    status: 303,
  })

/** Nothing changes by it. @throws a redirect for an address that is confirmed */
export async function verificationPage(ctx: AppContext, ticket: string) {
  const siteName = await siteNameOf(ctx)
  const found = await findVerification(ctx, ticket).catch((error) => describeRefusal(error))
  if ('status' in found) return { siteName, signUp: null }
  if (found.emailVerified) throw await afterwards(ctx, found)
  const { email, name, createdAt: madeAt, userId } = found
  const membership = await findPartnerOfUser(ctx.db, userId)
  const organization = membership?.partner.name ?? null
  const isSignedIn = await isSignedInAs(ctx, found)
  return { siteName, signUp: { email: email ?? '', name, organization, madeAt, isSignedIn } }
}

/** Does what the button says. @throws DomainError `expired` */
export async function answerVerification(ctx: AppContext, ticket: string, form: FormData): Promise<Response> {
  const user = await findVerification(ctx, ticket)
  if (form.get('intent') === 'disown') {
    await disownSignUp(ctx, user)
    return redirect('/portal/sign-up?notice=sign-up-deleted', { status: 303 })
  }
  await verifyEmail(ctx, ticket, (await isSignedInAs(ctx, user)) ? 'holder' : 'claimant')
  return afterwards(ctx, user)
}
