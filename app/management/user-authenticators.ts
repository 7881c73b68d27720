/** How a user proves who they are, and what the tenant can do about it. */
import { z } from 'zod'
import type { AppContext } from '~/context'
import {
  forgetSecondFactorOfBrowsers,
  importTotp,
  removeRecoveryCodes,
  removeSecondFactor,
  renameAuthenticator,
  replaceSecondFactor,
  resetRecoveryCode,
} from '~/domain/authenticators/manage-second-factor'
import { displayText } from '~/domain/users/user-fields'
import { listIdentitiesOfUser } from '~db/queries/account-identities'
import { type Authenticator, countUnusedRecoveryCodes, listAuthenticators } from '~db/queries/authenticators'
import { endpoint } from './endpoint'
import { ManagementError } from './errors'
import { isoTime, withoutUnset } from './fields'
import { listEndpoint } from './pagination'
import { requireUser } from './users'

const tag = 'Users'
const params = z.object({ id: z.string().describe('The user_id, percent-encoded.') })
const methodParams = params.extend({ authentication_method_id: z.string() })

const enrollment = z.object({
  id: z.string(),
  status: z.enum(['pending', 'confirmed']),
  type: z.literal('authenticator'),
  auth_method: z.literal('authenticator'),
  name: z.string(),
  enrolled_at: z.string().optional(),
  last_auth: z.string().optional(),
})

const method = z.object({
  id: z.string(),
  type: z.enum(['totp', 'recovery-code', 'password']),
  confirmed: z.boolean(),
  name: z.string().optional(),
  created_at: z.string(),
  enrolled_at: z.string().optional(),
  last_auth_at: z.string().optional(),
  identity_user_id: z.string().optional().describe('Of a password: the id at the connection.'),
})

type Method = z.input<typeof method>

const RECOVERY_CODES = 'recovery-codes'

const time = (at: number | null): string | undefined => (at === null ? undefined : isoTime(at))

const serializeEnrollment = (one: Authenticator): z.input<typeof enrollment> =>
  withoutUnset({
    id: one.id,
    status: one.confirmedAt === null ? 'pending' : 'confirmed',
    type: 'authenticator',
    auth_method: 'authenticator',
    name: one.name,
    enrolled_at: time(one.confirmedAt),
    last_auth: time(one.lastUsedAt),
  })

const serializeTotp = (one: Authenticator): Method =>
  withoutUnset({
    id: one.id,
    type: 'totp',
    confirmed: one.confirmedAt !== null,
    name: one.name,
    created_at: isoTime(one.createdAt),
    enrolled_at: time(one.confirmedAt),
    last_auth_at: time(one.lastUsedAt),
  })

/** Every method of a user, in the order of their ids. */
async function methodsOf(ctx: AppContext, id: string): Promise<Method[]> {
  const { userId } = await requireUser(ctx, id)
  const totp = await listAuthenticators(ctx.db, { userId })
  const confirmedAt = totp.find((one) => one.confirmedAt !== null)?.confirmedAt ?? null
  const passwords = (await listIdentitiesOfUser(ctx.db, userId)).filter(
    ({ identity }) => identity.passwordHash !== null,
  )
  const hasCodes = confirmedAt !== null && (await countUnusedRecoveryCodes(ctx.db, userId)) > 0
  const methods: Method[] = [
    ...totp.map(serializeTotp),
    ...(hasCodes
      ? [{ id: RECOVERY_CODES, type: 'recovery-code' as const, confirmed: true, created_at: isoTime(confirmedAt) }]
      : []),
    ...passwords.map(({ identity }) => ({
      id: identity.id,
      type: 'password' as const,
      confirmed: true,
      created_at: isoTime(identity.createdAt),
      identity_user_id: identity.providerUserId,
    })),
  ]
  return methods.sort((one, other) => (one.id < other.id ? -1 : 1))
}

const noSuchMethod = () =>
  new ManagementError(404, 'inexistent_authentication_method', 'The authentication method does not exist.')

async function requireMethod(ctx: AppContext, id: string, methodId: string): Promise<Method> {
  const found = (await methodsOf(ctx, id)).find((one) => one.id === methodId)
  if (!found) throw noSuchMethod()
  return found
}

const totpBody = z.strictObject({
  type: z.literal('totp'),
  name: displayText('a name', 100).optional(),
  totp_secret: z.string().max(200).describe('Base32.'),
})

const authenticationMethods = [
  listEndpoint({
    path: '/api/v2/users/{id}/authentication-methods',
    summary: "Get a user's authentication methods",
    tag,
    scopes: ['read:authentication_methods'],
    params,
    key: 'authenticators',
    filters: {},
    item: method,
    async list(ctx, { after, skip, limit }, { params: { id } }) {
      const behind = String(after?.[0] ?? '')
      return (await methodsOf(ctx, id)).filter((one) => one.id > behind).slice(skip, skip + limit)
    },
    count: async (ctx, { params: { id } }) => (await methodsOf(ctx, id)).length,
    positionOf: ({ id }) => [id],
    serialize: (_ctx, rows) => rows,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/users/{id}/authentication-methods',
    summary: 'Give a user an authenticator that they have set up elsewhere',
    tag,
    scopes: ['create:authentication_methods'],
    params,
    body: totpBody,
    answer: method,
    status: 201,
    async run(ctx, { params: { id }, body: { name, totp_secret: secret } }) {
      return serializeTotp(await importTotp(ctx, await requireUser(ctx, id), { name, secret }))
    },
  }),
  endpoint({
    method: 'PUT',
    path: '/api/v2/users/{id}/authentication-methods',
    summary: "Replace a user's authentication methods, but for the password",
    tag,
    scopes: ['update:authentication_methods'],
    params,
    body: z.array(totpBody).max(1).describe('An authenticator that they have set up elsewhere, or none.'),
    answer: z.array(method),
    async run(ctx, { params: { id }, body: [totp] }) {
      const user = await requireUser(ctx, id)
      if (totp) await replaceSecondFactor(ctx, user, { name: totp.name, secret: totp.totp_secret })
      else await removeSecondFactor(ctx, user)
      return methodsOf(ctx, id)
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v2/users/{id}/authentication-methods',
    summary: "Delete a user's authentication methods, but for the password",
    tag,
    scopes: ['delete:authentication_methods'],
    params,
    run: async (ctx, { params: { id } }) => removeSecondFactor(ctx, await requireUser(ctx, id)),
  }),
  endpoint({
    method: 'GET',
    path: '/api/v2/users/{id}/authentication-methods/{authentication_method_id}',
    summary: 'Get an authentication method of a user',
    tag,
    scopes: ['read:authentication_methods'],
    params: methodParams,
    answer: method,
    run: (ctx, { params: { id, authentication_method_id: methodId } }) => requireMethod(ctx, id, methodId),
  }),
  endpoint({
    method: 'PATCH',
    path: '/api/v2/users/{id}/authentication-methods/{authentication_method_id}',
    summary: 'Rename an authentication method of a user',
    tag,
    scopes: ['update:authentication_methods'],
    params: methodParams,
    body: z.strictObject({ name: displayText('a name', 100).optional() }),
    answer: method,
    async run(ctx, { params: { id, authentication_method_id: methodId }, body: { name } }) {
      const user = await requireUser(ctx, id)
      const { type } = await requireMethod(ctx, id, methodId)
      if (name !== undefined && type !== 'totp')
        throw new ManagementError(400, 'operation_not_supported', 'Only an authenticator has a name.')
      if (name !== undefined) await renameAuthenticator(ctx, user, methodId, name)
      return requireMethod(ctx, id, methodId)
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v2/users/{id}/authentication-methods/{authentication_method_id}',
    summary: 'Delete an authentication method of a user',
    tag,
    scopes: ['delete:authentication_methods'],
    params: methodParams,
    async run(ctx, { params: { id, authentication_method_id: methodId } }) {
      const user = await requireUser(ctx, id)
      const { type } = await requireMethod(ctx, id, methodId)
      if (type === 'totp') return removeSecondFactor(ctx, user)
      if (type === 'recovery-code') return removeRecoveryCodes(ctx, user)
      throw new ManagementError(400, 'operation_not_supported', 'A password is changed, and not deleted.')
    },
  }),
]

export const userAuthenticatorEndpoints = [
  ...authenticationMethods,
  endpoint({
    method: 'GET',
    path: '/api/v2/users/{id}/enrollments',
    summary: "Get a user's enrollments",
    tag,
    scopes: ['read:users'],
    ownScopes: ['read:current_user'],
    params,
    answer: z.array(enrollment),
    async run(ctx, { params: { id } }) {
      const { userId } = await requireUser(ctx, id)
      return (await listAuthenticators(ctx.db, { userId })).map(serializeEnrollment)
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v2/users/{id}/multifactor/{provider}',
    summary: "Remove a user's second factor",
    tag,
    scopes: ['update:users'],
    ownScopes: ['update:current_user_metadata', 'delete:current_user_metadata'],
    stepUp: true,
    params: params.extend({ provider: z.enum(['duo', 'google-authenticator']) }),
    async run(ctx, { params: { id, provider } }) {
      const user = await requireUser(ctx, id)
      // Nobody has the other one here.
      if (provider === 'google-authenticator') await removeSecondFactor(ctx, user)
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v2/users/{id}/authenticators',
    summary: "Remove all of a user's authenticators",
    tag,
    scopes: ['delete:guardian_enrollments'],
    params,
    run: async (ctx, { params: { id } }) => removeSecondFactor(ctx, await requireUser(ctx, id)),
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/users/{id}/recovery-code-regeneration',
    summary: 'Give a user a new recovery code in place of all others',
    tag,
    scopes: ['update:guardian_enrollments'],
    params,
    answer: z.object({ recovery_code: z.string() }),
    run: async (ctx, { params: { id } }) => ({
      recovery_code: await resetRecoveryCode(ctx, await requireUser(ctx, id)),
    }),
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/users/{id}/multifactor/actions/invalidate-remember-browser',
    summary: 'Have the second factor given again in every browser',
    tag,
    scopes: ['update:users'],
    params,
    run: async (ctx, { params: { id } }) => forgetSecondFactorOfBrowsers(ctx, await requireUser(ctx, id)),
  }),
]
