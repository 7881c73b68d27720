import type { AppContext } from '~/context'
import { signUpTriedMail } from '~/domain/mail/mails'
import { mailStep } from '~/domain/mail/outbox'
import { takeMail } from '~/domain/rate-limits/take-mail'
import { DomainError } from '~/platform/errors'
import type { Connection } from '~db/queries/connections'
import { findTenantSettings } from '~db/queries/tenant'
import { findUserByLogin } from '~db/queries/users'
import { passwordLink } from './password-link'
import { normalizeLogin } from './user-fields'

/**
 * What somebody is told who signs up with an address that has an account: that there is one only where the tenant says so,
 * whatever the door. Otherwise its holder is told, by mail.
 * @returns the error to throw: `email_taken`, or what was given where it is about something else
 */
export async function refusedSignUp(
  ctx: AppContext,
  { connection, email, error }: { connection: Connection; email: string; error: unknown },
): Promise<unknown> {
  if (!(error instanceof DomainError) || error.code !== 'email_taken') return error
  const { flags } = await findTenantSettings(ctx.db)
  if (flags.enable_public_signup_user_exists_error) return error
  await tellHolder(ctx, connection, normalizeLogin(email)).catch((problem) => {
    if (!(problem instanceof DomainError)) throw problem
  })
  return new DomainError(
    'email_taken',
    'We cannot make this account. If you have one, sign in, or reset the password; look into your mail for what to do.',
  )
}

async function tellHolder(ctx: AppContext, { id }: Connection, login: string): Promise<void> {
  const found = await findUserByLogin(ctx.db, [id], login)
  const to = found && (found.identity.profile ?? found.user).email
  if (!found || !to) return
  await takeMail(ctx, login)
  const link = await passwordLink(ctx, found.user.userId)
  await ctx.db.atomically([await mailStep(ctx, await signUpTriedMail(ctx, { to, name: found.user.name, link }))])
}
