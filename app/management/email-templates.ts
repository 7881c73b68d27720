import { z } from 'zod'
import type { AppContext } from '~/context'
import { changeEmailTemplate, createEmailTemplate, TEMPLATES, type TemplateName } from '~/domain/mail/email-templates'
import { type EmailTemplate, findEmailTemplate } from '~db/queries/email-templates'
import { endpoint } from './endpoint'
import { ManagementError } from './errors'
import { fieldsQuery, pickFields, withoutUnset } from './fields'

const path = '/api/v2/email-templates'
const tag = 'Email templates'

/** Mails of Auth0's that are not sent here. */
const NOT_SENT = [
  'verify_email_by_code',
  'reset_email_by_code',
  'welcome_email',
  'enrollment_email',
  'mfa_oob_code',
  'user_invitation',
  'change_password',
  'password_reset',
  'async_approval',
] as const

const templateName = z.enum([...TEMPLATES, ...NOT_SENT])
const params = z.object({ templateName })

const content = z.object({
  from: z.string().max(300).optional().describe('An address, or a name and <address>; Liquid.'),
  subject: z.string().min(1).max(500).describe('Liquid.'),
  body: z.string().min(1).max(50_000).describe('HTML; Liquid.'),
  syntax: z.literal('liquid'),
  urlLifetimeInSeconds: z.int().min(60).max(2_592_000).optional(),
  includeEmailInRedirect: z.literal(false).optional(),
  enabled: z.boolean().describe('If not, the program’s own mail is sent.'),
})

const template = content.extend({ template: z.enum(TEMPLATES) })

const newBody = z.strictObject({
  ...content.shape,
  template: templateName,
  from: content.shape.from.nullable(),
  urlLifetimeInSeconds: content.shape.urlLifetimeInSeconds.nullable(),
  resultUrl: z.literal('').nullable().optional().describe('Links lead to pages of the program.'),
})

const changeBody = newBody.partial()

const isSent = (name: string): name is TemplateName => TEMPLATES.some((known) => known === name)

function requireSent(name: string): TemplateName {
  if (isSent(name)) return name
  throw new ManagementError(
    400,
    'operation_not_supported',
    `No mail ${name} is sent here. The mails that can be written are ${TEMPLATES.join(', ')}.`,
  )
}

const serialize = (row: EmailTemplate): z.input<typeof template> =>
  withoutUnset({
    template: row.template as TemplateName,
    from: row.from ?? undefined,
    subject: row.subject,
    body: row.body,
    syntax: 'liquid' as const,
    urlLifetimeInSeconds: row.urlLifetimeInSeconds ?? undefined,
    includeEmailInRedirect: false as const,
    enabled: row.enabled,
  })

async function requireTemplate({ db }: AppContext, name: string): Promise<EmailTemplate> {
  const row = await findEmailTemplate(db, name)
  if (!row) throw new ManagementError(404, 'inexistent_email_template', 'The template does not exist.')
  return row
}

async function change(ctx: AppContext, name: string, body: z.output<typeof changeBody>) {
  requireSent(name)
  if (body.template !== undefined && body.template !== name)
    throw new ManagementError(400, 'invalid_body', 'The template of the body is another than that of the address.')
  const before = await requireTemplate(ctx, name)
  const { from = before.from, urlLifetimeInSeconds = before.urlLifetimeInSeconds } = body
  const after: EmailTemplate = {
    template: before.template,
    from,
    urlLifetimeInSeconds,
    subject: body.subject ?? before.subject,
    body: body.body ?? before.body,
    enabled: body.enabled ?? before.enabled,
    updatedAt: ctx.clock.now(),
  }
  await changeEmailTemplate(ctx, after)
  return serialize(after)
}

export const emailTemplateEndpoints = [
  endpoint({
    method: 'POST',
    path,
    summary: 'Write a mail in place of the program’s',
    tag,
    scopes: ['create:email_templates'],
    body: newBody,
    answer: template,
    status: 201,
    async run(ctx, { body }) {
      const row: EmailTemplate = {
        template: requireSent(body.template),
        from: body.from ?? null,
        subject: body.subject,
        body: body.body,
        urlLifetimeInSeconds: body.urlLifetimeInSeconds ?? null,
        enabled: body.enabled,
        updatedAt: ctx.clock.now(),
      }
      await createEmailTemplate(ctx, row)
      return serialize(row)
    },
  }),
  endpoint({
    method: 'GET',
    path: `${path}/{templateName}`,
    summary: 'Get a mail that the tenant has written',
    tag,
    scopes: ['read:email_templates'],
    params,
    query: z.object(fieldsQuery),
    answer: template.partial(),
    run: async (ctx, { params: { templateName: name }, query }) =>
      pickFields(serialize(await requireTemplate(ctx, name)), query),
  }),
  endpoint({
    method: 'PATCH',
    path: `${path}/{templateName}`,
    summary: 'Change a mail that the tenant has written',
    tag,
    scopes: ['update:email_templates'],
    params,
    body: changeBody,
    answer: template,
    run: (ctx, { params: { templateName: name }, body }) => change(ctx, name, body),
  }),
  endpoint({
    method: 'PUT',
    path: `${path}/{templateName}`,
    summary: 'Replace a mail that the tenant has written',
    tag,
    scopes: ['update:email_templates'],
    params,
    body: newBody,
    answer: template,
    run: (ctx, { params: { templateName: name }, body: { from = null, urlLifetimeInSeconds = null, ...body } }) =>
      change(ctx, name, { ...body, from, urlLifetimeInSeconds }),
  }),
]
