/** What the buttons do by which a person adds a way to sign in, and takes one away. */
import { parseWithZod } from '@conform-to/zod/v4'
import { redirect } from '@remix-run/node'
import { accountConnections, databasesOf } from '~/domain/connections/account-connections'
import { linkDatabaseAccount } from '~/domain/identities/link-provider-identity'
import { unlinkIdentity } from '~/domain/identities/unlink-identity'
import { isFresh } from '~/pages/fresh'
import { DomainError } from '~/platform/errors'
import { answerProviderChoice } from './answer-forms'
import { invalidForm, refusedForm } from './form-answer'
import { linkAccountForm, unlinkForm } from './forms'
import type { FormVisit } from './guard'
import type { IdentityIntent } from './identities-view'
import { done } from './notices'

const PAGE = '/account/security'

/** Each needs a sign-in that is not long ago, which it asks for. */
export async function answerIdentityAct(visit: FormVisit) {
  const { ctx, session, form } = visit
  if (!isFresh(ctx, visit)) return redirect(`/account/sign-in?continue=${encodeURIComponent(PAGE)}`, { status: 303 })
  switch (form.get('intent') as IdentityIntent) {
    case 'link-provider':
      return answerProviderChoice(ctx, form, {
        connections: await accountConnections(ctx),
        purpose: { linkSessionId: session.id, continueAt: PAGE },
      })
    case 'link-account':
      return linkAccount(visit)
    case 'unlink-identity':
      return unlink(visit)
  }
}

async function linkAccount({ ctx, user, form }: FormVisit) {
  const submission = parseWithZod(form, { schema: linkAccountForm })
  if (submission.status !== 'success') return invalidForm(submission)
  try {
    const { email: login, link_password: password } = submission.value
    const connections = databasesOf(await accountConnections(ctx))
    await linkDatabaseAccount(ctx, user, connections, { login, password })
    return done(PAGE, 'identity-linked')
  } catch (error) {
    return refusedForm(submission, atOwnField(error))
  }
}

/** The page has another form with a password, so the field of this one has another name. */
const atOwnField = (error: unknown): unknown =>
  error instanceof DomainError && error.options.field === 'password'
    ? new DomainError(error.code, error.message, { ...error.options, field: 'link_password' })
    : error

async function unlink({ ctx, user, session, form }: FormVisit) {
  const submission = parseWithZod(form, { schema: unlinkForm })
  if (submission.status !== 'success') return invalidForm(submission)
  const { provider, provider_user_id: providerUserId } = submission.value
  try {
    await unlinkIdentity(ctx, user.userId, provider, providerUserId, { keepSessionId: session.id })
    return done(PAGE, 'identity-removed')
  } catch (error) {
    return refusedForm(submission, error)
  }
}
