/** What people are told of changes to how they sign in. */
import { withoutLinks } from '~/platform/shown-text'
import { compose, type MailContext, type Person } from './mails'

export const signInMethodMail = (
  ctx: MailContext,
  { what, identities, link, ...person }: Person & { what: 'added' | 'removed'; identities: string[]; link: string },
) =>
  compose(ctx, person, {
    subject: `A way to sign in was ${what}`,
    paragraphs: [
      what === 'added'
        ? `Your account can be signed in to as ${identities.map(withoutLinks).join(' and ')} from now on. If it was not you who linked it, remove it on the page of your account, and tell the people who run this site.`
        : `Your account can no longer be signed in to as ${identities.map(withoutLinks).join(' and ')}. If it was not you who removed it, tell the people who run this site.`,
    ],
    link: { label: 'See how you sign in', href: link },
  })

/** What an app has changed, and by which link that is undone. `of` and `other` are what people know the accounts by. */
export type IdentitiesChanged = {
  appName: string
  change: 'link' | 'unlink'
  of: string
  other: string
  link?: string
}

/** Told to both sides of what an app has changed with the person's leave. */
export const identitiesChangedMail = (
  ctx: MailContext,
  { appName, change, of, other, link, ...person }: Person & IdentitiesChanged,
) => {
  const [app, one, two] = [appName, of, other].map(withoutLinks)
  const isLink = change === 'link'
  return compose(ctx, person, {
    subject: isLink ? 'Two accounts were linked' : 'A way to sign in was removed',
    paragraphs: [
      isLink
        ? `${app} has linked the account of ${two} to that of ${one}, as was allowed on our page. ${two} signs in to the account of ${one} from now on, and the account that ${two} had is gone.`
        : `${app} has removed ${two} from the account of ${one}, as was allowed on our page. ${two} signs in to an account of its own from now on.`,
      link
        ? `If you did not want this, undo it within seven days${isLink ? '' : ` and before anybody signs in as ${two}`}, and tell the people who run this site.`
        : 'If you did not want this, tell the people who run this site.',
    ],
    ...(link ? { link: { label: 'Undo it', href: link } } : {}),
  })
}
