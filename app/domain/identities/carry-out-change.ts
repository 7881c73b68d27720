/** Does what an app asked for and the person has allowed, so that it can be undone for a week. */
import type { AppContext } from '~/context'
import { type IdentitiesChanged, identitiesChangedMail } from '~/domain/mail/identity-mails'
import { mailStep } from '~/domain/mail/outbox'
import { DAY } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { hashSecret, newSecret } from '~/platform/secrets'
import { must, type Step } from '~db/database'
import type { Client } from '~db/queries/clients'
import { type IdentityChange, type KeptAccount, spendIdentityChange } from '~db/queries/identity-changes'
import type { User } from '~db/queries/users'
import { linkIdentities } from './link-identities'
import { unlinkIdentity } from './unlink-identity'

const UNDONE_FOR = 7 * DAY

type Allowed = Pick<IdentityChange, 'id' | 'userId' | 'subject'>

/**
 * Links the account that both sides have allowed to be linked. Both are told by mail, and either can undo it.
 * @throws DomainError as `linkIdentities` does, `conflict` where the yes was used by another call
 */
export async function linkAsAllowed(ctx: AppContext, client: Client, asked: Allowed): Promise<void> {
  const undo = newSecret('undo')
  await linkIdentities(ctx, asked.userId, asked.subject, {
    async steps({ primary, secondary }) {
      const identities = secondary.identities.map(({ id, profile, linkedAt }) => ({ id, profile, linkedAt }))
      const told = {
        appName: client.name,
        change: 'link',
        of: nameOf(primary.user),
        other: nameOf(secondary.user),
      } as const
      return [
        spendingStep(ctx, asked, undo, { user: secondary.user, identities }),
        ...(await tellSteps(ctx, primary.user, { ...told, link: undoLink(ctx, undo) })),
        ...(await tellSteps(ctx, secondary.user, { ...told, link: undoLink(ctx, undo) })),
      ]
    },
  })
}

/**
 * Unlinks the identity that the person has allowed to be unlinked. The address of the identity is told as well; undone it
 * is by the mail to the account alone, since it gives a way to sign in back. An address that nobody has proved is a
 * stranger's, and is told nothing.
 * @param keep the session and tokens that continue
 * @throws DomainError as `unlinkIdentity` does, `conflict` where the yes was used by another call
 */
export async function unlinkAsAllowed(
  ctx: AppContext,
  client: Client,
  asked: Allowed,
  keep: { sessionId?: string; familyId?: string },
): Promise<void> {
  const { provider, providerUserId } = partsOf(asked.subject)
  const undo = newSecret('undo')
  await unlinkIdentity(ctx, asked.userId, provider, providerUserId, {
    ...keep,
    async steps({ user, identity: { profile } }) {
      const told = { appName: client.name, change: 'unlink', of: nameOf(user), other: nameOf(profile) } as const
      return [
        spendingStep(ctx, asked, undo, null),
        ...(await tellSteps(ctx, user, { ...told, link: undoLink(ctx, undo) })),
        ...(await tellSteps(ctx, profile, told)),
      ]
    },
  })
}

/** A subject in the parts that an identity has. */
export function partsOf(subject: string): { provider: string; providerUserId: string } {
  const end = subject.indexOf('|')
  return { provider: subject.slice(0, end), providerUserId: subject.slice(end + 1) }
}

const spendingStep = (ctx: AppContext, { id }: Allowed, undo: string, kept: KeptAccount | null): Step => {
  const at = ctx.clock.now()
  const used = () => new DomainError('conflict', 'The answer to this was used already, or is too old. Look again.')
  return must(spendIdentityChange(id, { at, undoHash: hashSecret(undo), kept, expiresAt: at + UNDONE_FOR }), used)
}

const undoLink = ({ config }: AppContext, undo: string): string => `${config.issuer}account/undo-linking?ticket=${undo}`

/** As people know an account. */
export const nameOf = ({ email, name }: Pick<User, 'email' | 'name'>): string => email ?? name

type Told = Pick<User, 'email' | 'emailVerified' | 'name'>

async function tellSteps(ctx: AppContext, { email, emailVerified, name }: Told, changed: IdentitiesChanged) {
  if (!email || !emailVerified) return []
  return [await mailStep(ctx, await identitiesChangedMail(ctx, { to: email, name, ...changed }))]
}
