import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { SECOND } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { htmlToText } from '~/platform/html'
import { renderLiquid, TemplateProblem } from '~/platform/liquid'
import type { Mail } from '~/platform/mailer'
import { withoutLinks } from '~/platform/shown-text'
import { also, must } from '~db/database'
import type { Connection } from '~db/queries/connections'
import {
  type EmailTemplate,
  findEmailTemplate,
  insertEmailTemplate,
  updateEmailTemplate,
} from '~db/queries/email-templates'
import { findTenantSettings } from '~db/queries/tenant'

/** The mails of the program that a tenant can write itself, named as Auth0 names them. */
export const TEMPLATES = ['verify_email', 'reset_email', 'blocked_account', 'stolen_credentials'] as const

export type TemplateName = (typeof TEMPLATES)[number]

/** What a template can speak of. */
export type MailValues = {
  user: { name: string; email: string }
  friendly_name: string
  support_email: string
  support_url: string
  url: string
}

const EXAMPLE: MailValues = {
  user: { name: 'Ada Example', email: 'ada@example.com' },
  friendly_name: 'Example',
  support_email: 'help@example.com',
  support_url: 'https://example.com/help',
  url: 'https://example.com/u/example?ticket=example',
}

/** What one-time links are mailed to: end users, or the people of one of the program's own areas. */
export type Reader = { to: string; name: string; area: Connection['area'] }

/**
 * The template for an occasion, if the tenant has written one and it is in use. It is for end users alone: it is given
 * the link, so whoever may write it could have the link of an owner's new password told to a server of their own.
 */
async function templateFor(
  { db }: Pick<AppContext, 'db'>,
  name: TemplateName,
  { area }: Pick<Reader, 'area'>,
): Promise<EmailTemplate | undefined> {
  const template = area === null ? await findEmailTemplate(db, name) : undefined
  return template?.enabled ? template : undefined
}

/** The mail that the tenant has written for an occasion, if there is one for this reader. */
export async function ownMail(
  ctx: Pick<AppContext, 'db' | 'log'>,
  name: TemplateName,
  { link, ...reader }: Reader & { link: string },
): Promise<Mail | undefined> {
  const template = await templateFor(ctx, name, reader)
  if (!template) return undefined
  const { friendlyName, supportEmail, supportUrl } = await findTenantSettings(ctx.db)
  try {
    return write(template, {
      user: { name: withoutLinks(reader.name), email: reader.to },
      friendly_name: friendlyName,
      support_email: supportEmail ?? '',
      support_url: supportUrl ?? '',
      url: link,
    })
  } catch (error) {
    if (!(error instanceof TemplateProblem)) throw error
    ctx.log.error(
      { err: error, template: name },
      'a mail of the tenant’s own could not be written; the usual one is sent',
    )
    return undefined
  }
}

type Written = Pick<EmailTemplate, 'from' | 'subject' | 'body'>

function write({ from, subject, body }: Written, values: MailValues): Mail {
  const line = (template: string) => renderLiquid('text', template, values).replace(/\s+/g, ' ').trim()
  const html = renderLiquid('html', body, values)
  return {
    to: values.user.email,
    ...(from ? { from: line(from) } : {}),
    subject: line(subject),
    text: `${htmlToText(html)}\n`,
    html,
  }
}

/** How long the link of a mail works, in milliseconds: as the tenant's own template says, or as usual. */
export async function linkLifetime(
  ctx: Pick<AppContext, 'db'>,
  name: TemplateName,
  reader: Pick<Reader, 'area'>,
  usual: number,
): Promise<number> {
  const seconds = (await templateFor(ctx, name, reader))?.urlLifetimeInSeconds ?? null
  return seconds === null ? usual : seconds * SECOND
}

const SENDER = /^(?:[^<>@]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/

/** Writes it once for an example person. @throws DomainError `invalid` for what could not be sent */
function requireWritable(template: Written): void {
  const refused = (field: string, message: string) => new DomainError('invalid', message, { field })
  for (const field of ['subject', 'body', 'from'] as const) {
    try {
      renderLiquid('text', template[field] ?? '', EXAMPLE)
    } catch (error) {
      throw error instanceof TemplateProblem ? refused(field, error.message) : error
    }
  }
  const { from, subject } = write(template, EXAMPLE)
  if (subject === '') throw refused('subject', 'The subject is empty')
  if (from !== undefined && !SENDER.test(from)) throw refused('from', 'Write an address, or a name and <address>')
}

const event = (ctx: AppContext, { template }: EmailTemplate) =>
  auditEvent(
    ctx,
    'settings.updated',
    { type: 'tenant', id: 'tenant' },
    { details: { fields: [`email_templates.${template}`] } },
  )

/** @throws DomainError `conflict` where there is one of the name, `invalid` for what could not be sent */
export async function createEmailTemplate(ctx: AppContext, row: EmailTemplate): Promise<void> {
  requireWritable(row)
  const taken = () => new DomainError('conflict', 'There is such a template already. Change it by PATCH.')
  await ctx.db.atomically([must(insertEmailTemplate(row), taken), also(event(ctx, row))])
}

/** @throws DomainError `not_found`, `invalid` for what could not be sent */
export async function changeEmailTemplate(ctx: AppContext, row: EmailTemplate): Promise<void> {
  requireWritable(row)
  const missing = () => new DomainError('not_found', 'There is no such template.')
  await ctx.db.atomically([must(updateEmailTemplate(row), missing), also(event(ctx, row))])
}
