import { z } from 'zod'
import { endpoint } from './endpoint'

/**
 * What Auth0's tools ask for before they do anything else, and what there is none of here: their lists are empty, and
 * nothing can be made.
 */
const paging = z.object({
  page: z.int().min(0).optional(),
  per_page: z.int().min(0).max(100).optional(),
  include_totals: z.boolean().optional(),
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
]
