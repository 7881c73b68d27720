import { z } from 'zod'
import type { AppContext } from '~/context'
import { createTicketLink } from '~/domain/users/ticket-links'
import type { TicketEnding } from '~/domain/users/tickets'
import { normalizeLogin } from '~/domain/users/user-fields'
import { DAY, SECOND } from '~/platform/durations'
import { webPage } from '~/platform/web-address'
import { type AccountIdentity, listIdentitiesByLogin, listIdentitiesOfUser } from '~db/queries/account-identities'
import { findClient } from '~db/queries/clients'
import { endpoint } from './endpoint'
import { ManagementError } from './errors'

const tag = 'Tickets'

const DEFAULT_LIFETIME = (5 * DAY) / SECOND
const MAX_LIFETIME = (30 * DAY) / SECOND

const common = {
  result_url: webPage(2000)
    .optional()
    .describe('Where the person goes on: with `success`, `code` and `message` in the query.'),
  client_id: z.string().optional().describe('The app to whose sign-in the person is offered to go on.'),
  ttl_sec: z.int().min(0).max(MAX_LIFETIME).optional().describe(`Seconds; ${DEFAULT_LIFETIME} if left out, or 0.`),
  includeEmailInRedirect: z
    .boolean()
    .optional()
    .describe('Whether `result_url` is told the address: true, if left out.'),
  identity: z
    .strictObject({ user_id: z.string(), provider: z.string() })
    .optional()
    .describe('Which of the accounts of the user that were linked.'),
}

const verification = z.strictObject({ ...common, user_id: z.string() })

const passwordChange = z.strictObject({
  ...common,
  user_id: z.string().optional(),
  email: z.string().max(254).optional(),
  connection_id: z.string().optional(),
  mark_email_as_verified: z
    .boolean()
    .optional()
    .describe('Whether the link was sent to the address, so that using it confirms the address.'),
})

const answer = z.object({ ticket: z.string().describe('The link.') })

type Common = Pick<z.output<typeof verification>, keyof typeof common>

const lifetimeOf = ({ ttl_sec: seconds }: Common): number => (seconds || DEFAULT_LIFETIME) * SECOND

async function endingOf({ db }: AppContext, body: Common, provesEmail: boolean): Promise<TicketEnding> {
  if (body.result_url !== undefined && body.client_id !== undefined)
    throw invalid('Send either result_url or client_id')
  if (body.client_id !== undefined && !(await findClient(db, body.client_id)))
    throw new ManagementError(404, 'inexistent_client', 'The client does not exist')
  return {
    provesEmail,
    resultUrl: body.result_url ?? null,
    tellsEmail: body.includeEmailInRedirect ?? true,
    clientId: body.client_id ?? null,
  }
}

const invalid = (text: string) => new ManagementError(400, 'invalid_body', `Payload validation error: '${text}'.`)
const noSuchUser = () => new ManagementError(404, 'inexistent_user', 'The user does not exist.')

async function requireIdentity(
  { db }: AppContext,
  userId: string,
  { identity: wanted }: Common,
  isFit: (one: AccountIdentity) => boolean = () => true,
): Promise<AccountIdentity> {
  const all = await listIdentitiesOfUser(db, userId)
  const [first] = all
  if (!first) throw noSuchUser()
  if (!wanted) return all.find(isFit) ?? first
  const found = all.find(
    ({ identity }) => identity.provider === wanted.provider && identity.providerUserId === wanted.user_id,
  )
  if (!found) throw invalid('The user has no such identity')
  return found
}

async function requirePasswordIdentity(
  ctx: AppContext,
  body: z.output<typeof passwordChange>,
): Promise<AccountIdentity> {
  const { user_id: userId, email, connection_id: connectionId } = body
  const byEmail = email !== undefined && connectionId !== undefined
  if ((userId === undefined) !== byEmail || (!byEmail && (email ?? connectionId) !== undefined))
    throw invalid('Send either user_id, or email and connection_id')
  if (userId !== undefined) return requireIdentity(ctx, userId, body, ({ identity }) => identity.provider === 'auth0')
  const found = (await listIdentitiesByLogin(ctx.db, normalizeLogin(email ?? ''))).find(
    ({ connection }) => connection.id === connectionId,
  )
  if (!found) throw noSuchUser()
  return found
}

export const ticketEndpoints = [
  endpoint({
    method: 'POST',
    path: '/api/v2/tickets/email-verification',
    summary: 'Create a link that confirms an e-mail address',
    tag,
    scopes: ['create:user_tickets'],
    body: verification,
    answer,
    status: 201,
    async run(ctx, { body }) {
      const identity = await requireIdentity(ctx, body.user_id, body)
      const ending = await endingOf(ctx, body, true)
      return { ticket: await createTicketLink(ctx, 'verify-email', identity, { lifetime: lifetimeOf(body), ending }) }
    },
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/tickets/password-change',
    summary: 'Create a link behind which a user chooses a new password',
    tag,
    scopes: ['create:user_tickets'],
    body: passwordChange,
    answer,
    status: 201,
    async run(ctx, { body }) {
      const identity = await requirePasswordIdentity(ctx, body)
      const ending = await endingOf(ctx, body, body.mark_email_as_verified ?? false)
      return { ticket: await createTicketLink(ctx, 'reset-password', identity, { lifetime: lifetimeOf(body), ending }) }
    },
  }),
]
