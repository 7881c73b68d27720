import type { AppContext } from '~/context'
import { escapeHtml } from '~/platform/html'
import type { Mail } from '~/platform/mailer'
import { withoutLinks } from '~/platform/shown-text'
import { findTenantSettings } from '~db/queries/tenant'
import { ownMail, type Reader } from './email-templates'

export type MailContext = Pick<AppContext, 'db' | 'log'>
export type Person = { to: string; name: string }
type Linked = Reader & { link: string }
type Content = { subject: string; paragraphs: string[]; link?: { label: string; href: string } }

export const verificationMail = async (ctx: MailContext, { link, ...person }: Linked) =>
  (await ownMail(ctx, 'verify_email', { link, ...person })) ??
  compose(ctx, person, {
    subject: 'Confirm your e-mail address',
    paragraphs: ['Please confirm that this is your address. The link works for five days.'],
    link: { label: 'Confirm the address', href: link },
  })

export const invitationMail = (
  ctx: MailContext,
  { to, by, teamName, link }: { to: string; by: string | undefined; teamName: string; link: string },
) =>
  compose(
    ctx,
    { to, name: '' },
    {
      subject: `Join ${withoutLinks(teamName)}`,
      paragraphs: [
        `${by ? withoutLinks(by) : 'The people who run this site'} ${by ? 'invites' : 'invite'} you to work in the team of ${withoutLinks(teamName)}. The link makes your account; it works for seven days. If you expected no invitation, do nothing.`,
      ],
      link: { label: 'Join the team', href: link },
    },
  )

/** Told to who was invited and works elsewhere, where the inviter is told nothing of it. */
export const invitedElsewhereMail = (
  ctx: MailContext,
  { to, by, teamName }: { to: string; by?: string; teamName: string },
) =>
  compose(
    ctx,
    { to, name: '' },
    {
      subject: `You are invited to ${withoutLinks(teamName)}`,
      paragraphs: [
        `${by ? withoutLinks(by) : 'The people who run this site'} ${by ? 'invites' : 'invite'} you to work in the team of ${withoutLinks(teamName)}. With this address you work for an organization here already, and an account is in one team: to join, ask to be invited at another address. If you expected no invitation, do nothing.`,
      ],
    },
  )

export const testerMail = (
  ctx: MailContext,
  { to, appName, organization, link }: { to: string; appName: string; organization: string; link: string },
) =>
  compose(
    ctx,
    { to, name: to },
    {
      subject: `Test ${withoutLinks(appName)}`,
      paragraphs: [
        `${withoutLinks(organization)} asks you to test ${withoutLinks(appName)}, an app that nobody has reviewed yet. If you agree, it can ask you for access to your account; if you expected no such mail, do nothing.`,
      ],
      link: { label: 'Look at the invitation', href: link },
    },
  )

export const passwordResetMail = async (ctx: MailContext, { link, ...person }: Linked) =>
  (await ownMail(ctx, 'reset_email', { link, ...person })) ??
  compose(ctx, person, {
    subject: 'Choose a new password',
    paragraphs: [
      'Somebody asked for a new password for your account. If it was you, use this link within an hour. If not, do nothing: your password stays as it is.',
    ],
    link: { label: 'Choose a new password', href: link },
  })

/** Told to the holder of an account, where nobody else is told that there is one. */
export const signUpTriedMail = (ctx: MailContext, { link, ...person }: Person & { link: string }) =>
  compose(ctx, person, {
    subject: 'You have an account already',
    paragraphs: [
      'Somebody wanted to make an account with your address. You have one: sign in to it, or choose a new password if you have forgotten yours. If it was not you, do nothing.',
    ],
    link: { label: 'Choose a new password', href: link },
  })

export const passwordChangedMail = (ctx: MailContext, { link, ...person }: Person & { link: string }) =>
  compose(ctx, person, {
    subject: 'Your password was changed',
    paragraphs: [
      'The password of your account was changed, and all other sessions were ended. If it was not you, reset the password now and tell the people who run this site.',
    ],
    link: { label: 'Reset the password', href: link },
  })

export const blockedAccountMail = async (ctx: MailContext, { link, ...person }: Linked) =>
  (await ownMail(ctx, 'blocked_account', { link, ...person })) ??
  compose(ctx, person, {
    subject: 'Your account takes no passwords for a while',
    paragraphs: [
      'Somebody has tried too many wrong passwords for your account, so that it takes none for a quarter of an hour. If it was you, wait, or choose a new password now. If not, your password still protects it; make sure that you use it nowhere else.',
    ],
    link: { label: 'Choose a new password', href: link },
  })

export const breachedPasswordMail = async (ctx: MailContext, { link, ...person }: Linked) =>
  (await ownMail(ctx, 'stolen_credentials', { link, ...person })) ??
  compose(ctx, person, {
    subject: 'Your password is on a list of leaked ones',
    paragraphs: [
      'Somebody has just signed in to your account with a password that is on a list of leaked ones, which is tried first by whoever wants to get in. Please choose another.',
    ],
    link: { label: 'Choose a new password', href: link },
  })

export const secondFactorMail = (
  ctx: MailContext,
  { change, link, ...person }: Person & { change: 'set up' | 'removed'; link: string },
) =>
  compose(ctx, person, {
    subject: `Your second factor was ${change}`,
    paragraphs: [
      `The authenticator app of your account was ${change}. If it was not you, reset the password now and tell the people who run this site.`,
    ],
    link: { label: 'Reset the password', href: link },
  })

export const confirmationMail = (ctx: MailContext, { code, ...person }: Person & { code: string }) =>
  compose(ctx, person, {
    subject: 'Your code',
    paragraphs: [
      `Enter this code on the page that asked for it: ${code}`,
      'It works for 15 minutes. If you did not ask for it, somebody is at a browser in which you are signed in: sign out there.',
    ],
  })

/** What an act of the owners means for an app, told to its team. */
export const reviewMail = (
  ctx: MailContext,
  {
    appName,
    outcome,
    message,
    link,
    ...person
  }: Person & {
    appName: string
    outcome: 'approved' | 'sent back with changes to make' | 'rejected' | 'suspended' | 'reinstated'
    message: string
    link: string
  },
) =>
  compose(ctx, person, {
    subject: `${withoutLinks(appName)} was ${outcome}`,
    paragraphs: [
      `Your app ${withoutLinks(appName)} was ${outcome}.`,
      ...(message ? [`The reviewer writes: “${message}”`] : []),
    ],
    link: { label: 'Open the app', href: link },
  })

export const reviewRequestedMail = (
  ctx: MailContext,
  { appName, partnerName, link, ...person }: Person & { appName: string; partnerName: string; link: string },
) =>
  compose(ctx, person, {
    subject: `${withoutLinks(appName)} waits for a review`,
    paragraphs: [`${withoutLinks(partnerName)} has submitted ${withoutLinks(appName)}.`],
    link: { label: 'Open the submission', href: link },
  })

export const secretRotatedMail = (
  ctx: MailContext,
  {
    appName,
    by,
    oldWorksUntil,
    link,
    ...person
  }: Person & { appName: string; by: string; oldWorksUntil: string; link: string },
) =>
  compose(ctx, person, {
    subject: `${withoutLinks(appName)} has a new client secret`,
    paragraphs: [
      `${withoutLinks(by)} made a new client secret for ${withoutLinks(appName)}. The old one works until ${oldWorksUntil}.`,
    ],
    link: { label: 'Open the app’s credentials', href: link },
  })

/** Told to a team when one of its owners has made a program that manages its apps. */
export const programMadeMail = (
  ctx: MailContext,
  { programName, by, link, ...person }: Person & { programName: string; by: string; link: string },
) =>
  compose(ctx, person, {
    subject: `${withoutLinks(programName)} can manage your apps`,
    paragraphs: [
      `${withoutLinks(by)} made the API client ${withoutLinks(programName)}, a program that manages the apps of your organization.`,
    ],
    link: { label: 'See your API clients', href: link },
  })

/** Told to a team when somebody has left it who knows secrets of its programs. */
export const programsLeftMail = (
  ctx: MailContext,
  { memberName, programs, link, ...person }: Person & { memberName: string; programs: string[]; link: string },
) =>
  compose(ctx, person, {
    subject: `${withoutLinks(memberName)} knows secrets of your programs`,
    paragraphs: [
      `${withoutLinks(memberName)} was removed from your team, and was shown the newest secret of ${programs.map(withoutLinks).join(', ')}. ${programs.length === 1 ? 'It continues' : 'They continue'} to work: rotate ${programs.length === 1 ? 'that secret' : 'those secrets'}.`,
    ],
    link: { label: 'Rotate the secrets', href: link },
  })

/** Told to the members of the tenant when a server of theirs has taken no events for days. */
export const receiverSuspendedMail = (
  ctx: MailContext,
  {
    kind,
    receiverName,
    problem,
    link,
    ...person
  }: Person & Record<'kind' | 'receiverName' | 'problem' | 'link', string>,
) =>
  compose(ctx, person, {
    subject: `The ${kind} ${withoutLinks(receiverName)} was suspended`,
    paragraphs: [
      `Its server has not taken what it was sent, at last for this reason: ${withoutLinks(problem)}. Nothing more is sent until somebody resumes it; what happens meanwhile is sent then.`,
    ],
    link: { label: `Open the ${kind}s`, href: link },
  })

/** Told to the members of the tenant when a program's import of users is done. */
export const importDoneMail = (
  ctx: MailContext,
  {
    id,
    inserted,
    updated,
    failed,
    ...person
  }: Person & { id: string; inserted: number; updated: number; failed: number },
) =>
  compose(ctx, person, {
    subject: 'Users were imported',
    paragraphs: [
      `The import ${id} is done: ${inserted} new users, ${updated} changed, ${failed} rows refused. What is wrong with those can be read for a day.`,
    ],
  })

/** Told to the user and to the app's team: somebody used a refresh token that had been replaced (RFC 9700 §4.14). */
export const tokenReplayMail = (
  ctx: MailContext,
  { appName, link, ...person }: Person & { appName: string; link: string },
) =>
  compose(ctx, person, {
    subject: `${withoutLinks(appName)} was signed out for safety`,
    paragraphs: [
      `A refresh token of ${withoutLinks(appName)} was used a second time, as it happens when one is stolen. All tokens that came from it were ended; signing in to ${withoutLinks(appName)} again makes new ones.`,
    ],
    link: { label: 'See the details', href: link },
  })

/** A mail in the program's own form. */
export async function compose(ctx: MailContext, person: Person, { subject, paragraphs, link }: Content): Promise<Mail> {
  const { friendlyName } = await findTenantSettings(ctx.db)
  const greeting = person.name ? `Hello ${withoutLinks(person.name)},` : 'Hello,'
  const text = [greeting, ...paragraphs, ...(link ? [`${link.label}:\n${link.href}`] : []), friendlyName]
  const html = [
    `<p>${escapeHtml(greeting)}</p>`,
    ...paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`),
    ...(link ? [`<p><a href="${escapeHtml(link.href)}">${escapeHtml(link.label)}</a></p>`] : []),
    `<p>${escapeHtml(friendlyName)}</p>`,
  ]
  return {
    to: person.to,
    subject: `${subject} – ${friendlyName}`,
    text: `${text.join('\n\n')}\n`,
    html: html.join('\n'),
  }
}

/** What an act of the owners means for a whole organization, told to its team. */
export const partnerStandingMail = (
  ctx: MailContext,
  {
    partnerName,
    outcome,
    message,
    link,
    ...person
  }: Person & { partnerName: string; outcome: 'suspended' | 'reinstated'; message: string; link: string },
) =>
  compose(ctx, person, {
    subject: `${withoutLinks(partnerName)} was ${outcome}`,
    paragraphs: [
      outcome === 'suspended'
        ? `Your organization ${withoutLinks(partnerName)} was suspended, and with it all its apps: none of them can sign anyone in or read data.`
        : `Your organization ${withoutLinks(partnerName)} was reinstated, and with it the apps that were suspended together with it.`,
      ...(message ? [`The owners of this site write: “${withoutLinks(message)}”`] : []),
    ],
    link: { label: 'Open the portal', href: link },
  })
