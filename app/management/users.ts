import { z } from 'zod'
import type { AppContext } from '~/context'
import { deleteAccount } from '~/domain/identities/delete-account'
import { createUser } from '~/domain/users/create-user'
import { type UserChange, updateUser } from '~/domain/users/update-user'
import { untilUnchanged } from '~/platform/changes'
import { findConnectionByName } from '~db/queries/connections'
import { countFoundUsers, findEndUser, listUserSlice, type UserFilter } from '~db/queries/user-search'
import type { User } from '~db/queries/users'
import type { Access } from './access'
import { endpoint } from './endpoint'
import { ManagementError } from './errors'
import { fieldsQuery, pickFields, removable } from './fields'
import { listEndpoint } from './pagination'
import { serializeUsers, userAnswer, userSettings } from './user-schema'
import { readUserSearch, readUserSort } from './user-search'

const tag = 'Users'
const params = z.object({ id: z.string().describe('The user_id, percent-encoded.') })

const newUser = z
  .strictObject(userSettings)
  .partial()
  .required({ email: true })
  .extend({
    connection: z.string().max(128).describe('The name of a database connection.'),
    user_id: z
      .string()
      .regex(/^[\w.@+-]{1,200}$/, 'Use letters, digits, and . _ - @ + only')
      .optional()
      .describe('The id at the connection, without its provider.'),
  })

const change = z
  .strictObject(userSettings)
  .partial()
  .extend({
    nickname: userSettings.nickname.nullish(),
    given_name: userSettings.given_name.nullish(),
    family_name: userSettings.family_name.nullish(),
    picture: removable(userSettings.picture).optional(),
    user_metadata: userSettings.user_metadata.nullish(),
    app_metadata: userSettings.app_metadata.nullish(),
    connection: z.string().max(128).optional(),
    client_id: z.string().max(2000).optional(),
  })

/** @throws ManagementError 404 */
export async function requireUser({ db }: Pick<AppContext, 'db'>, userId: string): Promise<User> {
  const user = await findEndUser(db, userId)
  if (user) return user
  throw new ManagementError(404, 'inexistent_user', 'The user does not exist.')
}

export async function answerOf(ctx: Pick<AppContext, 'db'>, user: User) {
  const [answer] = await serializeUsers(ctx, [user])
  if (!answer) throw new Error('a user was read and not written')
  return answer
}

/** A user who asks sees themself, whatever they search. */
const filterOf = ({ q, connection }: { q?: string; connection?: string }, { reach }: Access): UserFilter =>
  reach.of === 'user' ? { condition: { userId: reach.userId } } : { condition: readUserSearch(q), connection }

/** What may be changed by a caller: a user their own preferences, a program what its scopes name. */
function requireMayChange({ reach, scope }: Access, body: z.output<typeof change>): void {
  const allowed = (member: string): boolean => {
    if (reach.of === 'user') return member === 'user_metadata'
    if (scope.has('update:users')) return true
    return member === 'app_metadata'
  }
  const refused = Object.keys(body).filter((member) => !allowed(member))
  if (refused.length === 0) return
  const message = `Some fields cannot be updated with the permissions granted by the bearer token scopes. Fields: [${refused.join(',')}].`
  throw new ManagementError(403, 'insufficient_scope', message)
}

/** @throws ManagementError 400 for members that Auth0 does not let be changed together */
function requireOneCredential(body: z.output<typeof change>): void {
  const refuse = (text: string) => {
    throw new ManagementError(400, 'invalid_body', `Payload validation error: '${text}'.`)
  }
  if (body.password !== undefined && body.email !== undefined) refuse('Cannot update password and email simultaneously')
  if (body.password !== undefined && body.email_verified !== undefined)
    refuse('Cannot update password and email_verified simultaneously')
}

function changeOf(body: z.output<typeof change>): UserChange {
  const given: UserChange = {
    name: body.name,
    nickname: body.nickname,
    givenName: body.given_name,
    familyName: body.family_name,
    picture: body.picture,
    email: body.email,
    emailVerified: body.email_verified,
    userMetadata: body.user_metadata,
    appMetadata: body.app_metadata,
    password: body.password,
    isBlocked: body.blocked,
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

export const userEndpoints = [
  listEndpoint({
    path: '/api/v2/users',
    summary: 'List or search users',
    tag,
    scopes: ['read:users'],
    ownScopes: ['read:current_user'],
    key: 'users',
    filters: {
      q: z
        .string()
        .optional()
        .describe('A search in the query string syntax of Lucene, over the members with an index.'),
      search_engine: z.enum(['v1', 'v2', 'v3']).optional(),
      sort: z.string().max(100).optional().describe('As in `created_at:-1`.'),
      connection: z.string().max(128).optional(),
      primary_order: z.boolean().optional(),
    },
    item: userAnswer,
    list: ({ db }, slice, { query, access }) =>
      listUserSlice(db, filterOf(query, access), readUserSort(query.sort), slice),
    count: ({ db }, { query, access }) => countFoundUsers(db, filterOf(query, access)),
    positionOf: (user, { sort }) => [user[readUserSort(sort).by], user.userId],
    serialize: serializeUsers,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/users',
    summary: 'Create a user',
    tag,
    scopes: ['create:users'],
    body: newUser,
    answer: userAnswer,
    status: 201,
    async run(ctx, { body }) {
      const connection = await findConnectionByName(ctx.db, body.connection)
      if (!connection || connection.area !== null)
        throw new ManagementError(400, 'inexistent_connection', 'The connection does not exist.')
      if (connection.strategy !== 'auth0')
        throw new ManagementError(400, 'invalid_body', 'Users of this connection are made when they sign in there.')
      if (body.password === undefined)
        throw new ManagementError(
          400,
          'invalid_body',
          "Payload validation error: 'Missing required property: password'.",
        )
      const user = await createUser(
        ctx,
        connection,
        {
          name: body.name ?? body.email,
          email: body.email,
          password: body.password,
          emailVerified: body.email_verified,
          nickname: body.nickname,
          givenName: body.given_name,
          familyName: body.family_name,
          picture: body.picture,
          userMetadata: body.user_metadata,
          appMetadata: body.app_metadata,
          isBlocked: body.blocked,
          providerUserId: body.user_id,
        },
        { mailVerification: body.verify_email ?? body.email_verified !== true },
      )
      return answerOf(ctx, user)
    },
  }),
  endpoint({
    method: 'GET',
    path: '/api/v2/users/{id}',
    summary: 'Get a user',
    tag,
    scopes: ['read:users'],
    ownScopes: ['read:current_user'],
    params,
    query: z.object(fieldsQuery),
    answer: userAnswer.partial(),
    run: async (ctx, { params: { id }, query }) => pickFields(await answerOf(ctx, await requireUser(ctx, id)), query),
  }),
  endpoint({
    method: 'PATCH',
    path: '/api/v2/users/{id}',
    summary: 'Update a user',
    tag,
    scopes: ['update:users', 'update:users_app_metadata'],
    ownScopes: ['update:current_user_metadata', 'create:current_user_metadata'],
    stepUp: false,
    params,
    body: change,
    answer: userAnswer,
    async run(ctx, { params: { id }, body, access }) {
      requireMayChange(access, body)
      requireOneCredential(body)
      const given = changeOf(body)
      const changed = await untilUnchanged(async () => {
        const user = await requireUser(ctx, id)
        if (Object.keys(given).length === 0) return user
        return updateUser(ctx, user, given, { mailVerification: body.verify_email })
      })
      return answerOf(ctx, changed)
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v2/users/{id}',
    summary: 'Delete a user',
    tag,
    scopes: ['delete:users'],
    ownScopes: ['delete:current_user'],
    stepUp: true,
    params,
    async run(ctx, { params: { id } }) {
      const user = await findEndUser(ctx.db, id)
      if (user) await deleteAccount(ctx, user)
    },
  }),
  endpoint({
    method: 'GET',
    path: '/api/v2/users-by-email',
    summary: 'Search users by e-mail address',
    tag,
    scopes: ['read:users'],
    query: z.object({ ...fieldsQuery, email: z.string().min(1).max(254) }),
    answer: z.array(userAnswer.partial()),
    async run(ctx, { query }) {
      const condition = { text: 'email', is: query.email } as const
      const slice = { skip: 0, limit: 100 }
      const users = await listUserSlice(ctx.db, { condition }, readUserSort(undefined), slice)
      return (await serializeUsers(ctx, users)).map((user) => pickFields(user, query))
    },
  }),
]
