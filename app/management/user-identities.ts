import { z } from 'zod'
import type { AppContext } from '~/context'
import { askForChange, isAllowed, pageOfChange } from '~/domain/identities/asked-change'
import { linkIdentities, requireBothLinkable } from '~/domain/identities/link-identities'
import { readLinkedSubject } from '~/domain/identities/read-linked-subject'
import type { ChangedBy } from '~/domain/identities/undoable-change'
import { requireUnlinkable, unlinkIdentity } from '~/domain/identities/unlink-identity'
import { policyFor } from '~/domain/policy/client-policy'
import { DomainError } from '~/platform/errors'
import type { AskedChange } from '~db/queries/identity-changes'
import { findEndUser, listIdentitiesOf } from '~db/queries/user-search'
import type { Access } from './access'
import { endpoint } from './endpoint'
import { ManagementError } from './errors'
import { identityAnswer, serializeIdentity } from './user-schema'
import { requireUser } from './users'

const tag = 'Users'
const scopes = ['update:users']
const ownScopes = ['update:current_user_identities']

const byToken = z.strictObject({
  link_with: z.string().max(10_000).describe('An ID token of the account to link, made for the client that calls.'),
})
const byId = z.strictObject({
  provider: z.string().max(100),
  user_id: z.string().max(500).describe('With its provider or without.'),
  connection_id: z.string().max(100).optional(),
})

type Body = z.output<typeof byToken> | z.output<typeof byId>

/** Every identity of a user, with what its connection says. */
async function identitiesOf(ctx: Pick<AppContext, 'db'>, id: string) {
  const user = await requireUser(ctx, id)
  const identities = await listIdentitiesOf(ctx.db, [id])
  return identities.map((identity) => serializeIdentity(user, identity, { withProfile: true }))
}

const refused = (message: string, status = 400) => new ManagementError(status, 'invalid_body', message)

/** The account to link: proven by its ID token, or named by a program of the tenant. */
async function secondaryOf(ctx: AppContext, body: Body, { reach, client }: Access): Promise<string> {
  if ('link_with' in body) {
    return readLinkedSubject(ctx, body.link_with, client).catch((error) => {
      throw error instanceof DomainError ? refused(error.message) : error
    })
  }
  if (reach.of !== 'tenant') {
    const message = 'A user links an account by its ID token: send link_with and nothing else.'
    throw new ManagementError(403, 'insufficient_scope', message)
  }
  const whole = `${body.provider}|${body.user_id}`
  return (await findEndUser(ctx.db, whole)) ? whole : body.user_id
}

/**
 * Whoever signs in by an identity is the person: so an app of others links and unlinks by a yes that the person has given
 * at our own page, signed in to each of the accounts.
 * @returns who changes it, with the yes to use up where the client needs one
 * @throws ManagementError 403 with the address of that page
 */
async function requireWord(
  ctx: AppContext,
  { client, reach }: Access,
  asked: Pick<AskedChange, 'userId' | 'change' | 'subject'>,
): Promise<ChangedBy> {
  if (reach.of !== 'user') return { way: 'tenant', client }
  if (!policyFor(client).asksBeforeLinking) return { way: 'app', client }
  const row = await askForChange(ctx, { ...asked, clientId: client.clientId })
  if (isAllowed(row)) return { way: 'app', client, yes: row.id }
  const page = pageOfChange(ctx, row)
  const message = `The user has to allow this at ${page}. Open it in their browser, and call again with the same body once they have said yes.`
  const members = { page, expires_at: new Date(row.expiresAt).toISOString() }
  throw new ManagementError(403, 'operation_not_supported', message, { members })
}

export const userIdentityEndpoints = [
  endpoint({
    method: 'POST',
    path: '/api/v2/users/{id}/identities',
    summary: 'Link a user account',
    tag,
    scopes,
    ownScopes,
    stepUp: false,
    params: z.object({ id: z.string() }),
    body: z.union([byToken, byId]),
    answer: z.array(identityAnswer),
    status: 201,
    async run(ctx, { params: { id }, body, access }) {
      await requireUser(ctx, id)
      const secondary = await secondaryOf(ctx, body, access)
      if (secondary === id) throw refused('Main identity and the new one are the same.')
      const known = (await listIdentitiesOf(ctx.db, [id])).map(
        ({ identity }) => `${identity.provider}|${identity.providerUserId}`,
      )
      if (known.includes(secondary)) throw new ManagementError(409, 'conflict', 'Specified identity already exists.')
      if (!(await findEndUser(ctx.db, secondary))) throw refused('Provided secondary account not found.')
      const rights = { dropsSecondFactor: access.reach.of === 'tenant' }
      await requireBothLinkable(ctx, id, secondary, rights)
      const by = await requireWord(ctx, access, { userId: id, change: 'link', subject: secondary })
      await linkIdentities(ctx, id, secondary, { ...rights, by })
      return identitiesOf(ctx, id)
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v2/users/{id}/identities/{provider}/{user_id}',
    summary: 'Unlink a user identity',
    tag,
    scopes,
    ownScopes,
    stepUp: false,
    params: z.object({ id: z.string(), provider: z.string(), user_id: z.string() }),
    answer: z.array(identityAnswer),
    async run(ctx, { params: { id, provider, user_id }, access }) {
      await requireUser(ctx, id)
      const [main] = await listIdentitiesOf(ctx.db, [id])
      if (main?.identity.provider === provider && main.identity.providerUserId === user_id)
        throw refused('Main identity cannot be removed.')
      const own = { familyId: access.family?.id, sessionId: access.family?.sessionId ?? undefined }
      await requireUnlinkable(ctx, id, provider, user_id)
      const by = await requireWord(ctx, access, { userId: id, change: 'unlink', subject: `${provider}|${user_id}` })
      await unlinkIdentity(ctx, id, provider, user_id, { ...own, by })
      return identitiesOf(ctx, id)
    },
  }),
]
