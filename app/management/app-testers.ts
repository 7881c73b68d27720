/** An extension: who may use an app before it is approved. */
import { z } from 'zod'
import { addTester, removeTester } from '~/domain/apps/testers'
import { emailAddress, normalizeLogin } from '~/domain/users/user-fields'
import { listTesterSlice } from '~db/queries/app-list'
import { type AppTester, countAppTesters, listAppTesters } from '~db/queries/apps'
import { appParams, requireApp } from './app-schema'
import { endpoint } from './endpoint'
import { ManagementError } from './errors'
import { isoTime } from './fields'
import { listEndpoint } from './pagination'

const tag = 'App testers'

const tester = z.object({
  email: z.string(),
  created_at: z.string(),
  accepted_at: z.string().nullable().describe('When the person agreed; null while they are invited and wait.'),
})

const serialize = ({ email, createdAt, acceptedAt }: AppTester): z.input<typeof tester> => ({
  email,
  created_at: isoTime(createdAt),
  accepted_at: acceptedAt === null ? null : isoTime(acceptedAt),
})

export const appTesterEndpoints = [
  listEndpoint({
    path: '/api/v2/apps/{client_id}/testers',
    summary: 'Get the named testers of an app; its team is not among them',
    tag,
    scopes: ['read:app_testers'],
    partnerScopes: ['read:app_testers'],
    params: appParams,
    key: 'testers',
    filters: {},
    item: tester,
    list: async (ctx, slice, { params: { client_id }, access }) =>
      listTesterSlice(ctx.db, (await requireApp(ctx, access, client_id)).app.clientId, slice),
    count: ({ db }, { params: { client_id } }) => countAppTesters(db, client_id),
    positionOf: ({ email }) => [email],
    serialize: (_ctx, rows) => rows.map(serialize),
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/apps/{client_id}/testers',
    summary: 'Ask somebody by mail to use an app before it is approved',
    tag,
    scopes: ['create:app_testers'],
    partnerScopes: ['create:app_testers'],
    params: appParams,
    body: z.strictObject({ email: emailAddress }),
    answer: tester,
    status: 201,
    async run(ctx, { params: { client_id }, body, access }) {
      const details = await requireApp(ctx, access, client_id)
      await addTester(ctx, details, body.email)
      const email = normalizeLogin(body.email)
      const added = (await listAppTesters(ctx.db, details.app.clientId)).find((row) => row.email === email)
      if (!added) throw new ManagementError(409, 'conflict', 'The address was taken off the list again meanwhile.')
      return serialize(added)
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v2/apps/{client_id}/testers/{email}',
    summary: 'Take a tester off the list',
    tag,
    scopes: ['delete:app_testers'],
    partnerScopes: ['delete:app_testers'],
    params: appParams.extend({ email: z.string().max(254) }),
    run: async (ctx, { params: { client_id, email }, access }) =>
      removeTester(ctx, await requireApp(ctx, access, client_id), email),
  }),
]
