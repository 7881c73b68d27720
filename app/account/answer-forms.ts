/** What the sign-in, sign-up and password forms do, inside an authorization and outside of one. */
import { parseWithZod } from '@conform-to/zod/v4'
import { data, redirect } from '@remix-run/node'
import type { AppContext } from '~/context'
import { hasAuthenticator } from '~/domain/authenticators/enrol-totp'
import { isFederated } from '~/domain/connections/provider-of-connection'
import { type LoginPurpose, type LoginWishes, startProviderLogin } from '~/domain/identities/start-provider-login'
import { requestPasswordReset, resetPassword } from '~/domain/users/reset-password'
import { authenticateByPassword } from '~/domain/users/sign-in'
import { signUp } from '~/domain/users/sign-up'
import { findWayOn } from '~/domain/users/ticket-links'
import { DomainError } from '~/platform/errors'
import type { Connection } from '~db/queries/connections'
import { type BegunSession, beginSession } from './begin-session'
import { invalidForm, refusedForm } from './form-answer'
import { forgottenPasswordForm, providerForm, resetPasswordForm, signInForm, signUpForm } from './forms'
import { askSecondFactor } from './second-factor'

/** What comes after the person is signed in. */
type GoOn = (begun: BegunSession) => Promise<Response> | Response

type SignInAt = {
  connections: Connection[]
  secondFactorPage: string
  /** What a sign-in at a provider is for, and what it has to be like. */
  purpose: LoginPurpose
  wishes?: LoginWishes
  goOn: GoOn
}

/**
 * Signs a person in by password at one of the connections, or sends them to the provider that they chose. Whoever has a
 * second factor is sent to the page that asks for it, and is not signed in before.
 */
export async function answerSignIn(ctx: AppContext, form: FormData, given: SignInAt) {
  const { connections, secondFactorPage, goOn } = given
  if (form.has('connection')) return answerProviderChoice(ctx, form, given)
  const submission = parseWithZod(form, { schema: signInForm })
  if (submission.status !== 'success') return invalidForm(submission)
  try {
    const { username, password } = submission.value
    const { user, identity } = await authenticateByPassword(ctx, connections, { login: username, password })
    const proof = { user, connectionId: identity.connectionId }
    if (await hasAuthenticator(ctx, user.userId)) return await askSecondFactor(ctx, proof, secondFactorPage)
    return await goOn(await beginSession(ctx, { ...proof, amr: ['pwd'] }))
  } catch (error) {
    return refusedForm(submission, error)
  }
}

/** The buttons of the providers. */
export async function answerProviderChoice(
  ctx: AppContext,
  form: FormData,
  { connections, purpose, wishes }: Pick<SignInAt, 'connections' | 'purpose' | 'wishes'>,
) {
  const submission = parseWithZod(form, { schema: providerForm })
  if (submission.status !== 'success') return invalidForm(submission)
  const connection = connections.find((known) => isFederated(known) && known.name === submission.value.connection)
  try {
    if (!connection) throw new DomainError('not_allowed', 'This way to sign in is no longer there. Choose another one.')
    return redirect(await startProviderLogin(ctx, connection, purpose, wishes), { status: 303 })
  } catch (error) {
    return refusedForm(submission, error)
  }
}

/** Makes an account at a connection and signs the person in; they may go on before they confirm the address. */
export async function answerSignUp(ctx: AppContext, connection: Connection | undefined, form: FormData, goOn: GoOn) {
  const submission = parseWithZod(form, { schema: signUpForm })
  if (submission.status !== 'success') return invalidForm(submission)
  try {
    if (!connection)
      throw new DomainError('not_allowed', 'Accounts are not made here. Ask the people who run this site.')
    const user = await signUp(ctx, connection, submission.value)
    return await goOn(await beginSession(ctx, { user, connectionId: connection.id, amr: ['pwd'] }))
  } catch (error) {
    return refusedForm(submission, error)
  }
}

/** The form was carried out, though the page that it stood on may be behind a link that is used up. */
const DONE = { status: 200 }

/** Mails a link to choose a new password. The answer is the same whether or not there is such an account. */
export async function answerForgottenPassword(
  ctx: AppContext,
  connections: Connection[],
  form: FormData,
  requestId: string | undefined,
) {
  const submission = parseWithZod(form, { schema: forgottenPasswordForm })
  if (submission.status !== 'success') return invalidForm(submission)
  try {
    const { email } = submission.value
    await requestPasswordReset(ctx, connections, email, `/u/reset-password${requestQuery(requestId)}`)
    return data({ sentTo: email }, DONE)
  } catch (error) {
    return refusedForm(submission, error)
  }
}

/** Sets the password that a person has chosen behind the link of such a mail. */
export async function answerNewPassword(ctx: AppContext, ticket: string, form: FormData) {
  const submission = parseWithZod(form, { schema: resetPasswordForm })
  if (submission.status !== 'success') return invalidForm(submission)
  try {
    await resetPassword(ctx, ticket, submission.value.password)
    const outcome = { success: true, message: 'You can now sign in with your new password.' }
    const wayOn = await findWayOn(ctx, 'reset-password', ticket, outcome)
    if (wayOn?.redirect) return redirect(wayOn.redirect, { status: 303 })
    return data({ isDone: true as const, app: wayOn?.offer ?? null }, DONE)
  } catch (error) {
    return refusedForm(submission, error)
  }
}

/** Keeps the authorization request in the addresses of the pages that belong to it. */
export const requestQuery = (requestId: string | undefined): string =>
  requestId ? `?request=${encodeURIComponent(requestId)}` : ''
