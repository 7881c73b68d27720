import type { AppContext } from '~/context'
import { signInMethodMail } from '~/domain/mail/mails'
import type { IdentityProfile, User } from '~db/queries/users'

type Known = { provider: string; providerUserId: string; profile: Pick<IdentityProfile, 'email'> | null }

/** Tells a person by mail that their account has other ways to sign in, or fewer, in case it was not them. */
export async function tellPerson(
  ctx: AppContext,
  { email, name }: User,
  what: 'added' | 'removed',
  identities: Known[],
): Promise<void> {
  const names = identities.map(
    ({ provider, providerUserId, profile }) =>
      `${profile?.email ?? providerUserId} (${provider === 'auth0' ? 'with a password' : `at ${provider}`})`,
  )
  if (!email) return
  const link = `${ctx.config.issuer}account/security`
  await ctx.mailer.send(await signInMethodMail(ctx, { to: email, name, what, identities: names, link }))
}
