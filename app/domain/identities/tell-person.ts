import type { AppContext } from '~/context'
import { signInMethodMail } from '~/domain/mail/identity-mails'
import { mailStep } from '~/domain/mail/outbox'
import type { Step } from '~db/database'
import type { IdentityProfile, User } from '~db/queries/users'

type Known = { provider: string; providerUserId: string; profile: Pick<IdentityProfile, 'email'> | null }

/** The steps that tell a person by mail that their account has other ways to sign in, or fewer, in case it was not them. */
export async function tellingSteps(
  ctx: AppContext,
  { email, name }: User,
  what: 'added' | 'removed',
  identities: Known[],
): Promise<Step[]> {
  const names = identities.map(
    ({ provider, providerUserId, profile }) =>
      `${profile?.email ?? providerUserId} (${provider === 'auth0' ? 'with a password' : `at ${provider}`})`,
  )
  if (!email) return []
  const link = `${ctx.config.issuer}account/security`
  return [await mailStep(ctx, await signInMethodMail(ctx, { to: email, name, what, identities: names, link }))]
}
