/** What people are told of changes to how they sign in. */
import { withoutLinks } from '~/platform/shown-text'
import { compose, type MailContext, type Person } from './mails'

/**
 * What was changed, and how; `link` undoes it. `of` is what people know the account by, `other` the way to sign in that it
 * has gained or lost.
 */
export type ChangeOfIdentities = {
  change: 'link' | 'unlink' | 'delete'
  how: 'own page' | 'undoing' | { appName: string; wasAllowed: boolean }
  of: string
  other: string
  link?: string
}

const SUBJECTS: Record<ChangeOfIdentities['change'], string> = {
  link: 'A way to sign in was added',
  unlink: 'A way to sign in was removed',
  delete: 'A way to sign in was deleted',
}

/** Told to both sides of a change. */
export const identitiesChangedMail = (
  ctx: MailContext,
  { change, how, of, other, link, ...person }: Person & ChangeOfIdentities,
) => {
  const [account, added] = [of, other].map(withoutLinks)
  const by = wordsOf(how)
  const sentences: Record<ChangeOfIdentities['change'], string> = {
    link: `${added} was linked to the account of ${account} ${by}. From now on ${added} signs in to that account, and has none of its own.`,
    unlink: `${added} was removed from the account of ${account} ${by}. From now on ${added} signs in to an account of its own.`,
    delete: `${added} was deleted ${by}, and so no longer signs in to the account of ${account}.`,
  }
  return compose(ctx, person, {
    subject: SUBJECTS[change],
    paragraphs: [
      sentences[change],
      link
        ? `If you did not want this, undo it within seven days${change === 'link' ? '' : ` and before anybody signs in as ${added}`}, and tell the people who run this site.`
        : 'If you did not want this, tell the people who run this site.',
    ],
    ...(link ? { link: { label: 'Undo it', href: link } } : {}),
  })
}

function wordsOf(how: ChangeOfIdentities['how']): string {
  if (how === 'own page') return 'on the page of the account'
  if (how === 'undoing') return 'by the link of a mail that told of the change before'
  return `by ${withoutLinks(how.appName)}${how.wasAllowed ? ', as was allowed on our page' : ''}`
}
