/** What is stored of a link or an unlinking, so that it can be undone for a week, and who is told of it. */
import type { AppContext } from '~/context'
import { type ChangeOfIdentities, identitiesChangedMail } from '~/domain/mail/identity-mails'
import { mailStep } from '~/domain/mail/outbox'
import { normalizeLogin } from '~/domain/users/user-fields'
import { DAY } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { newId } from '~/platform/ids'
import { hashSecret, newSecret } from '~/platform/secrets'
import { also, must, type Step } from '~db/database'
import type { Client } from '~db/queries/clients'
import { insertIdentityChange, type KeptAccount, spendIdentityChange } from '~db/queries/identity-changes'
import type { Identity, IdentityProfile, User } from '~db/queries/users'
import { nameOf, nameOfIdentity, subjectOf } from './identity-profile'

const UNDONE_FOR = 7 * DAY

/**
 * Who changes how somebody signs in: the person, at the page of their account or by a link, which that step uses up; a program
 * of the tenant, which may be about to delete what it unlinks; an app that the person is signed in to, an app of others with the id of the yes that it uses up.
 */
export type ChangedBy =
  | { way: 'own page' }
  | { way: 'undoing'; taken: Step }
  | { way: 'tenant'; client: Client; deletes?: boolean }
  | { way: 'app'; client: Client; yes?: string }

/** The account that gains or loses a way to sign in, that way, and what its connection says of the person. */
export type Sides = { user: User; identity: Identity; profile: IdentityProfile }

type Change = { change: 'link' | 'unlink'; by: ChangedBy; sides: Sides; kept?: KeptAccount }

/**
 * The steps that belong to a link or an unlinking: both addresses are told, and by a link in the mail it is undone, once.
 * Either side undoes a link, as each then has what it had. An unlinking is undone by the mail to the account alone, since
 * that gives it a way to sign in back; not where the tenant has decided it, which may have taken it from a thief.
 * @throws DomainError `conflict` where the yes was used by another call
 */
export async function changeSteps(ctx: AppContext, { change, by, sides, kept }: Change): Promise<Step[]> {
  if (by.way === 'undoing') return [by.taken, ...(await tellingSteps(ctx, change, by, sides))]
  if (by.way === 'tenant' && change === 'unlink') return tellingSteps(ctx, by.deletes ? 'delete' : change, by, sides)
  const undo = newSecret('undo')
  const now = ctx.clock.now()
  const done = { undoHash: hashSecret(undo), kept: kept ?? null, expiresAt: now + UNDONE_FOR }
  const link = `${ctx.config.issuer}account/undo-linking?ticket=${undo}`
  return [
    by.way === 'app' && by.yes !== undefined
      ? must(spendIdentityChange(by.yes, { at: now, ...done }), wasUsed)
      : also(
          insertIdentityChange({
            ...done,
            id: newId('idc', 32),
            clientId: by.way === 'own page' ? null : by.client.clientId,
            userId: sides.user.userId,
            change,
            subject: subjectOf(sides.identity),
            allowedAt: null,
            allowedBySubjectAt: null,
            doneAt: now,
            createdAt: now,
          }),
        ),
    ...(await tellingSteps(ctx, change, by, sides, link)),
  ]
}

/**
 * The steps that tell both sides, and one mail where they have one address. An address that nobody has proved is a
 * stranger's, and is told nothing.
 */
async function tellingSteps(
  ctx: AppContext,
  change: ChangeOfIdentities['change'],
  by: ChangedBy,
  { user, identity, profile }: Sides,
  link?: string,
): Promise<Step[]> {
  const told = { change, how: howOf(by), of: nameOf(user), other: await nameOfIdentity(ctx, identity, profile) }
  const mails = []
  if (isProved(user)) mails.push({ to: user.email, name: user.name, ...told, link })
  if (isProved(profile) && !(isProved(user) && isSameAddress(user, profile)))
    mails.push({ to: profile.email, name: profile.name, ...told, link: change === 'link' ? link : undefined })
  return Promise.all(mails.map(async (mail) => mailStep(ctx, await identitiesChangedMail(ctx, mail))))
}

type Addressed = Pick<IdentityProfile, 'email' | 'emailVerified'>

const isProved = <T extends Addressed>(side: T): side is T & { email: string } =>
  side.email !== null && side.emailVerified

const isSameAddress = (one: { email: string }, other: { email: string }): boolean =>
  normalizeLogin(one.email) === normalizeLogin(other.email)

function howOf(by: ChangedBy): ChangeOfIdentities['how'] {
  if (by.way === 'own page' || by.way === 'undoing') return by.way
  return { appName: by.client.name, wasAllowed: by.way === 'app' && by.yes !== undefined }
}

const wasUsed = () => new DomainError('conflict', 'The answer to this was used already, or is too old. Look again.')
