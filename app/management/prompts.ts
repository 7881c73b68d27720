import { z } from 'zod'
import { replaceTexts } from '~/domain/tenant/custom-texts'
import { PAGE_TEXTS, type Prompt } from '~/domain/tenant/page-texts'
import { findCustomTexts } from '~db/queries/tenant'
import { endpoint } from './endpoint'
import { ManagementError } from './errors'

const path = '/api/v2/prompts'
const tag = 'Prompts'

/** How the pages work has one form here. Bodies may say it, as programs send back what they have read. */
const SETTINGS = {
  universal_login_experience: 'new',
  identifier_first: false,
  webauthn_platform_first_factor: false,
} as const

const settings = z.object({
  universal_login_experience: z.literal('new'),
  identifier_first: z.literal(false),
  webauthn_platform_first_factor: z.literal(false),
})

/** Auth0 has more prompts than there are pages here: of those a tenant has no texts, and can have none. */
const params = z.object({
  prompt: z
    .string()
    .max(50)
    .regex(/^[a-z]+(-[a-z]+)*$/)
    .describe(`One of ${Object.keys(PAGE_TEXTS).join(', ')}.`),
  language: z.literal('en').describe('The pages are in English.'),
})

/** Plain text: the pages show it as it is written. */
const text = z
  .string()
  .max(500)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'Leave out line breaks and other control characters')

const texts = z.record(z.string().max(100), z.record(z.string().max(100), text))

const isPrompt = (name: string): name is Prompt => Object.hasOwn(PAGE_TEXTS, name)

const noPage = (prompt: string) =>
  new ManagementError(
    400,
    'operation_not_supported',
    `There is no page ${prompt} here. Texts stand on those of ${Object.keys(PAGE_TEXTS).join(', ')}.`,
  )

export const promptEndpoints = [
  endpoint({
    method: 'GET',
    path,
    summary: 'Get the settings of the prompts',
    tag,
    scopes: ['read:prompts'],
    answer: settings,
    run: async () => SETTINGS,
  }),
  endpoint({
    method: 'PATCH',
    path,
    summary: 'Update the settings of the prompts',
    tag,
    scopes: ['update:prompts'],
    body: settings.partial().strict(),
    answer: settings,
    run: async () => SETTINGS,
  }),
  endpoint({
    method: 'GET',
    path: `${path}/{prompt}/custom-text/{language}`,
    summary: 'Get the tenant’s own texts of a prompt',
    tag,
    scopes: ['read:prompts'],
    params,
    answer: texts,
    run: async ({ db }, { params: { prompt, language } }) => (await findCustomTexts(db, prompt, language))?.texts ?? {},
  }),
  endpoint({
    method: 'PUT',
    path: `${path}/{prompt}/custom-text/{language}`,
    summary: 'Replace the tenant’s own texts of a prompt',
    tag,
    scopes: ['update:prompts'],
    params,
    body: texts,
    answer: texts,
    async run(ctx, { params: { prompt, language }, body }) {
      if (!isPrompt(prompt)) throw noPage(prompt)
      await replaceTexts(ctx, { prompt, language }, body)
      return body
    },
  }),
]
