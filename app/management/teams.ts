/** An extension: who works in an organization, and in the tenant. */
import { z } from 'zod'
import type { AppContext } from '~/context'
import { inviteToTeam, takeBackInvitation } from '~/domain/teams/invite'
import { listTeam } from '~/domain/teams/list-team'
import { changeRole, removeMember } from '~/domain/teams/members'
import { ROLES, type Team } from '~/domain/teams/team'
import { emailAddress } from '~/domain/users/user-fields'
import type { Access } from './access'
import { endpoint } from './endpoint'
import { isoTime, withoutUnset } from './fields'
import { requirePartner } from './partners'

type TeamPlace = {
  /** Where the team is: the path of an organization, or of the tenant. */
  path: string
  tag: string
  /** As it is called in the documentation. */
  name: string
  roles: (typeof ROLES)[Team['of']]
  params: { id: z.ZodString } | Record<never, never>
  scopes: { read: string; update: string }
  partnerScopes?: string[]
  find(ctx: AppContext, access: Access, id: string | undefined): Promise<Team>
}

const teamEndpoints = ({ path, tag, name, roles, params, scopes, partnerScopes, find }: TeamPlace) => {
  const role = z.enum(roles)
  const member = z.object({
    user_id: z.string().optional().describe('Programs of partners are not told.'),
    name: z.string(),
    email: z.string().optional(),
    role,
    created_at: z.string(),
  })
  const invitation = z.object({
    id: z.string(),
    email: z.string(),
    role,
    expires_at: z.string().describe('The link that was mailed works until then.'),
  })
  const idOf = (given: object) => ('id' in given ? String(given.id) : undefined)
  const ofMember = z.object({ ...params, user_id: z.string() })
  const ofInvitation = z.object({ ...params, invitation_id: z.string() })
  const roleOf = (given: string) => role.parse(given)

  return [
    endpoint({
      method: 'GET',
      path: `${path}/members`,
      summary: `Get the people of ${name}`,
      tag,
      scopes: [scopes.read],
      partnerScopes,
      params: z.object(params),
      answer: z.array(member),
      async run(ctx, { params, access }) {
        const { members } = await listTeam(ctx, await find(ctx, access, idOf(params)))
        return members.map(({ userId, name, email, role, since }) =>
          withoutUnset({
            user_id: access.reach.of === 'tenant' ? userId : undefined,
            name,
            email: email || undefined,
            role: roleOf(role),
            created_at: isoTime(since),
          }),
        )
      },
    }),
    endpoint({
      method: 'PATCH',
      path: `${path}/members/{user_id}`,
      summary: `Give somebody of ${name} another role`,
      tag,
      scopes: [scopes.update],
      params: ofMember,
      body: z.strictObject({ role }),
      async run(ctx, { params, body, access }) {
        await changeRole(ctx, await find(ctx, access, idOf(params)), params.user_id, body.role)
      },
    }),
    endpoint({
      method: 'DELETE',
      path: `${path}/members/{user_id}`,
      summary: `Remove somebody from ${name}, and delete their account`,
      tag,
      scopes: [scopes.update],
      params: ofMember,
      async run(ctx, { params, access }) {
        await removeMember(ctx, await find(ctx, access, idOf(params)), params.user_id)
      },
    }),
    endpoint({
      method: 'GET',
      path: `${path}/invitations`,
      summary: `Get the invitations into ${name} that nobody has taken`,
      tag,
      scopes: [scopes.read],
      params: z.object(params),
      answer: z.array(invitation),
      async run(ctx, { params, access }) {
        const { invitations } = await listTeam(ctx, await find(ctx, access, idOf(params)))
        return invitations.map(({ id, email, role, expiresAt }) => ({
          id,
          email,
          role: roleOf(role),
          expires_at: isoTime(expiresAt),
        }))
      },
    }),
    endpoint({
      method: 'POST',
      path: `${path}/invitations`,
      summary: `Invite somebody into ${name}, by a mail`,
      tag,
      scopes: [scopes.update],
      params: z.object(params),
      body: z.strictObject({ email: emailAddress, role }),
      answer: invitation,
      status: 201,
      async run(ctx, { params, body, access }) {
        const { id, email, role, expiresAt } = await inviteToTeam(ctx, await find(ctx, access, idOf(params)), body)
        return { id, email, role: roleOf(role), expires_at: isoTime(expiresAt) }
      },
    }),
    endpoint({
      method: 'DELETE',
      path: `${path}/invitations/{invitation_id}`,
      summary: `Take back an invitation into ${name}`,
      tag,
      scopes: [scopes.update],
      params: ofInvitation,
      async run(ctx, { params, access }) {
        await takeBackInvitation(ctx, await find(ctx, access, idOf(params)), params.invitation_id)
      },
    }),
  ]
}

export const partnerTeamEndpoints = teamEndpoints({
  path: '/api/v2/partners/{id}',
  tag: 'Partners',
  name: 'a partner',
  roles: ROLES.partner,
  params: { id: z.string() },
  scopes: { read: 'read:partners', update: 'update:partners' },
  partnerScopes: ['read:partners'],
  find: async (ctx, access, id = '') => ({ of: 'partner', partner: await requirePartner(ctx, access, id) }),
})

export const tenantTeamEndpoints = teamEndpoints({
  path: '/api/v2/tenants',
  tag: 'Tenant',
  name: 'the tenant',
  roles: ROLES.tenant,
  params: {},
  scopes: { read: 'read:tenant_members', update: 'update:tenant_members' },
  find: async () => ({ of: 'tenant' }),
})
