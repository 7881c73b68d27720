/** What the buttons do by which a person adds a way to sign in, and takes one away. */
import { parseWithZod } from '@conform-to/zod/v4'
import { accountConnections, databasesOf } from '~/domain/connections/account-connections'
import { linkDatabaseAccount } from '~/domain/identities/link-provider-identity'
import { unlinkIdentity } from '~/domain/identities/unlink-identity'
import type { Act } from '~/pages/acts'
import { DomainError } from '~/platform/errors'
import { answerProviderChoice } from './answer-forms'
import { invalidForm } from './form-answer'
import { linkAccountForm, unlinkForm } from './forms'
import type { FormVisit } from './guard'
import type { IdentityIntent } from './identities-view'
import { done } from './notices'

const PAGE = '/account/security'

export const identityActs = {
  'link-provider': { by: 'everybody', fresh: true, run: linkProvider },
  'link-account': { by: 'everybody', fresh: true, run: linkAccount },
  'unlink-identity': { by: 'everybody', fresh: true, run: unlink },
} satisfies Record<IdentityIntent, Act<FormVisit>>

async function linkProvider({ ctx, session, form }: FormVisit) {
  return answerProviderChoice(ctx, form, {
    connections: await accountConnections(ctx),
    purpose: { linkSessionId: session.id, continueAt: PAGE },
  })
}

async function linkAccount({ ctx, user, form }: FormVisit) {
  const submission = parseWithZod(form, { schema: linkAccountForm })
  if (submission.status !== 'success') return invalidForm(submission)
  const { email: login, link_password: password } = submission.value
  const connections = databasesOf(await accountConnections(ctx))
  await linkDatabaseAccount(ctx, user, connections, { login, password }).catch(atOwnField)
  return done(PAGE, 'identity-linked')
}

/** The page has another form with a password, so the field of this one has another name. */
function atOwnField(error: unknown): never {
  if (!(error instanceof DomainError) || error.options.field !== 'password') throw error
  throw new DomainError(error.code, error.message, { ...error.options, field: 'link_password' })
}

async function unlink({ ctx, user, session, form }: FormVisit) {
  const submission = parseWithZod(form, { schema: unlinkForm })
  if (submission.status !== 'success') return invalidForm(submission)
  const { provider, provider_user_id: providerUserId } = submission.value
  await unlinkIdentity(ctx, user.userId, provider, providerUserId, { sessionId: session.id })
  return done(PAGE, 'identity-removed')
}
