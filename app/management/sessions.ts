import { z } from 'zod'
import type { AppContext } from '~/context'
import { shownSignInTime } from '~/domain/sessions/auth-time'
import { endAllSessions, endSession } from '~/domain/sessions/end-sessions'
import { setSessionMetadata } from '~/domain/sessions/session-metadata'
import { sessionLifetimes } from '~/domain/sessions/sessions'
import { countSessions, listClientsOfSessions, listSessionSlice, type Session } from '~db/queries/sessions'
import { requireScope } from './access'
import { endpoint } from './endpoint'
import { ManagementError } from './errors'
import { hasMembers, isoTime, notes } from './fields'
import { listEndpoint } from './pagination'
import { requireUser } from './users'

const tag = 'Sessions'

const session = z.object({
  id: z.string().describe('As in the claim `sid`.'),
  user_id: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
  authenticated_at: z.string(),
  last_interacted_at: z.string(),
  idle_expires_at: z.string(),
  expires_at: z.string(),
  device: z.object({ last_ip: z.string().optional(), last_user_agent: z.string().optional() }),
  clients: z.array(z.object({ client_id: z.string() })).describe('The apps that got tokens in the session.'),
  authentication: z.object({
    methods: z.array(z.object({ name: z.string(), type: z.string().optional(), timestamp: z.string() })),
  }),
  session_metadata: z.record(z.string(), z.string()).optional(),
})

const params = z.object({ id: z.string() })
const userParams = z.object({ id: z.string().describe("The user's id.") })

const noSuchSession = () => new ManagementError(404, 'inexistent_session', 'The session does not exist.')

async function filterOf(ctx: AppContext, by: { id: string } | { userId: string }) {
  const now = ctx.clock.now()
  const { idle } = await sessionLifetimes(ctx, 'account')
  return { ...by, now, seenSince: now - idle }
}

async function requireSession(ctx: AppContext, id: string): Promise<Session> {
  const [found] = await listSessionSlice(ctx.db, await filterOf(ctx, { id }), { skip: 0, limit: 1 })
  if (!found) throw noSuchSession()
  return found
}

async function serializeAll(ctx: AppContext, rows: Session[]): Promise<z.input<typeof session>[]> {
  const { idle } = await sessionLifetimes(ctx, 'account')
  const ids = rows.map(({ id }) => id)
  const clients = await listClientsOfSessions(ctx.db, ids)
  return rows.map((row) => ({
    id: row.id,
    user_id: row.userId,
    created_at: isoTime(row.createdAt),
    updated_at: isoTime(row.lastSeenAt),
    authenticated_at: isoTime(shownSignInTime(row)),
    last_interacted_at: isoTime(row.lastSeenAt),
    idle_expires_at: isoTime(row.lastSeenAt + idle),
    expires_at: isoTime(row.expiresAt),
    device: {
      ...(row.ip === null ? {} : { last_ip: row.ip }),
      ...(row.userAgent === null ? {} : { last_user_agent: row.userAgent }),
    },
    clients: clients.filter(({ sessionId }) => sessionId === row.id).map(({ clientId }) => ({ client_id: clientId })),
    authentication: { methods: methodsOf(row) },
    ...(hasMembers(row.metadata) ? { session_metadata: row.metadata } : {}),
  }))
}

async function answerOf(ctx: AppContext, id: string): Promise<z.input<typeof session>> {
  const [answer] = await serializeAll(ctx, [await requireSession(ctx, id)])
  if (!answer) throw noSuchSession()
  return answer
}

function methodsOf(row: Session) {
  const { amr } = row
  const timestamp = isoTime(shownSignInTime(row))
  const mfa = { name: 'mfa', type: amr.includes('otp') ? 'otp' : 'recovery-code', timestamp }
  return [{ name: amr.includes('fed') ? 'federated' : 'pwd', timestamp }, ...(amr.includes('mfa') ? [mfa] : [])]
}

export const sessionEndpoints = [
  listEndpoint({
    path: '/api/v2/users/{id}/sessions',
    summary: "Get a user's sessions",
    tag,
    scopes: ['read:sessions'],
    params: userParams,
    key: 'sessions',
    goesOn: true,
    filters: {},
    item: session,
    async list(ctx, slice, { params: { id } }) {
      const { userId } = await requireUser(ctx, id)
      return listSessionSlice(ctx.db, await filterOf(ctx, { userId }), slice)
    },
    count: async (ctx, { params: { id } }) => countSessions(ctx.db, await filterOf(ctx, { userId: id })),
    positionOf: ({ createdAt, id }) => [createdAt, id],
    serialize: serializeAll,
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v2/users/{id}/sessions',
    summary: "End a user's sessions",
    tag,
    scopes: ['delete:sessions'],
    params: userParams,
    status: 202,
    async run(ctx, { params: { id } }) {
      await endAllSessions(ctx, await requireUser(ctx, id))
    },
  }),
  endpoint({
    method: 'GET',
    path: '/api/v2/sessions/{id}',
    summary: 'Get a session',
    tag,
    scopes: ['read:sessions'],
    params,
    answer: session,
    run: (ctx, { params: { id } }) => answerOf(ctx, id),
  }),
  endpoint({
    method: 'PATCH',
    path: '/api/v2/sessions/{id}',
    summary: 'Note something of a session',
    tag,
    scopes: ['update:sessions'],
    params,
    body: z.strictObject({ session_metadata: notes.optional() }),
    answer: session,
    async run(ctx, { params: { id }, body: { session_metadata: metadata } }) {
      const found = await requireSession(ctx, id)
      if (metadata !== undefined) await setSessionMetadata(ctx, found, metadata ?? {})
      return answerOf(ctx, id)
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v2/sessions/{id}',
    summary: 'End a session',
    tag,
    scopes: ['delete:sessions'],
    params,
    status: 202,
    async run(ctx, { params: { id } }) {
      await endSession(ctx, await requireSession(ctx, id))
    },
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/sessions/{id}/revoke',
    summary: 'End a session and what apps got in it',
    tag,
    scopes: ['delete:sessions'],
    params,
    status: 202,
    async run(ctx, { params: { id }, access }) {
      requireScope(access, 'delete:refresh_tokens')
      await endSession(ctx, await requireSession(ctx, id), { tokens: 'revoked' })
    },
  }),
]
