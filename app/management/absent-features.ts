import { z } from 'zod'
import { endpoint } from './endpoint'
import { ManagementError } from './errors'

/**
 * What Auth0's tools ask for before they do anything else, and what there is none of here: their lists are empty, and
 * nothing can be made.
 */
const paging = z.object({
  page: z.int().min(0).optional(),
  per_page: z.int().min(0).max(100).optional(),
  include_totals: z.boolean().optional(),
})

/** What tools go on without when they are told that it is not there. */
const absent = (path: string, summary: string, scope: string) =>
  endpoint({
    method: 'GET',
    path: `/api/v2/${path}`,
    summary: `Get ${summary}: there is none`,
    tag: 'Not offered',
    scopes: [scope],
    params: z.object(path.includes('{prompt}') ? { prompt: z.string().max(50) } : {}),
    async run() {
      throw new ManagementError(403, 'feature_not_enabled', `There is no ${summary} here.`)
    },
  })

export const absentFeatureEndpoints = [
  endpoint({
    method: 'GET',
    path: '/api/v2/actions/actions',
    summary: 'Get actions: there are none',
    tag: 'Not offered',
    scopes: ['read:actions'],
    query: paging,
    answer: z.object({
      actions: z.array(z.never()),
      total: z.literal(0),
      page: z.int(),
      per_page: z.int(),
    }),
    run: async (_ctx, { query: { page = 0, per_page = 50 } }) => ({ actions: [], total: 0 as const, page, per_page }),
  }),
  endpoint({
    method: 'GET',
    path: '/api/v2/custom-domains',
    summary: 'Get custom domains: there are none',
    tag: 'Not offered',
    scopes: ['read:custom_domains'],
    query: paging,
    answer: z.array(z.never()),
    run: async () => [],
  }),
  absent('attack-protection/bot-detection', 'bot detection', 'read:attack_protection'),
  absent('attack-protection/captcha', 'captcha', 'read:attack_protection'),
  absent('prompts/rendering', 'rendering of pages by others', 'read:prompts'),
  absent('prompts/{prompt}/partials', 'HTML in pages', 'read:prompts'),
]
