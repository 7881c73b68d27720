import { z } from 'zod'
import type { AppContext } from '~/context'
import { type BlockedBy, liftSignInBlocks, listSignInBlocks } from '~/domain/users/sign-in-blocks'
import { endpoint } from './endpoint'
import { requireUser } from './users'

const tag = 'User blocks'

const blocks = z.object({
  blocked_for: z.array(
    z.object({
      identifier: z.string().describe('What is typed to sign in.'),
      ip: z.string().optional().describe('The network that is blocked; everywhere, if left out.'),
      connection: z.string().optional(),
    }),
  ),
})

const params = z.object({ id: z.string().describe("The user's id.") })
const query = z.object({ identifier: z.string().min(1).max(254).describe('What is typed to sign in.') })

const read = async (ctx: AppContext, by: BlockedBy) => ({ blocked_for: await listSignInBlocks(ctx, by) })

export const userBlockEndpoints = [
  endpoint({
    method: 'GET',
    path: '/api/v2/user-blocks',
    summary: 'Get blocks by identifier',
    tag,
    scopes: ['read:users'],
    query,
    answer: blocks,
    run: (ctx, { query: { identifier } }) => read(ctx, { login: identifier }),
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v2/user-blocks',
    summary: 'Unblock by identifier',
    tag,
    scopes: ['update:users'],
    query,
    run: (ctx, { query: { identifier } }) => liftSignInBlocks(ctx, { login: identifier }),
  }),
  endpoint({
    method: 'GET',
    path: '/api/v2/user-blocks/{id}',
    summary: "Get a user's blocks",
    tag,
    scopes: ['read:users'],
    params,
    answer: blocks,
    run: async (ctx, { params: { id } }) => read(ctx, await requireUser(ctx, id)),
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v2/user-blocks/{id}',
    summary: 'Unblock a user',
    tag,
    scopes: ['update:users'],
    params,
    run: async (ctx, { params: { id } }) => liftSignInBlocks(ctx, await requireUser(ctx, id)),
  }),
]
