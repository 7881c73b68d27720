import { editApp } from '~/domain/apps/edit-app'
import { rotateAppSecret } from '~/domain/apps/rotate-app-secret'
import { addTester } from '~/domain/apps/testers'
import { withdrawVersion } from '~/domain/apps/withdraw-version'
import { createApiClient } from '~/domain/partners/api-clients'
import { inviteToTeam } from '~/domain/teams/invite'
import { listClientSecrets } from '~db/queries/client-secrets'
import { insertPartnerMember } from '~db/queries/teams'
import {
  API,
  CALLBACK,
  createApprovedApp,
  createPortalApp,
  createSubmittedApp,
  requireApp,
  type TestClient,
} from '~tests/support/fixtures'
import { createEndUser, type PartnerPerson } from '~tests/support/people'
import { passwordDeed } from './account'
import { anAddress, another, type Call, type Deeds, type Given, newestSecret, ONCE, type PartnerStage } from './deed'

const own = ({ kept, doer }: PartnerStage): Promise<TestClient> => kept('app', () => createPortalApp(doer))
const program = ({ kept, doer }: PartnerStage) =>
  kept('program', () => createApiClient(doer.ctx, doer.partner, 'Deploys'))
const byPartner = (method: Call['method'], path: string, body?: object): Call => ({ by: 'partner', method, path, body })
const byTenant = (method: Call['method'], path: string, body?: object): Call => ({ by: 'tenant', method, path, body })

const submission = {
  events: ['app.submitted'],
  limit: { submission: {}, 'submission-day': {}, 'partner-submission': {} },
  async given(stage) {
    const { clientId } = await own(stage)
    const details = await requireApp(stage.world.services, clientId)
    if (details.proposed?.state === 'submitted') await withdrawVersion(stage.doer.ctx, details)
    return { params: { clientId }, fields: { message: '' }, call: byPartner('POST', `/apps/${clientId}/submit`, {}) }
  },
} satisfies Deeds<PartnerPerson>[string][string]

const withdrawal = {
  events: ['app.withdrawn'],
  limit: ONCE,
  async given({ doer }) {
    const { clientId } = await createSubmittedApp(doer)
    return { params: { clientId } }
  },
} satisfies Deeds<PartnerPerson>[string][string]

const rotation = {
  events: ['secret.rotated'],
  limit: { 'team-mail': {} },
  async given(stage) {
    const { clientId } = await own(stage)
    return {
      params: { clientId },
      fields: { overlap_hours: '24', ...(await newestSecret(stage.doer.ctx, clientId)) },
      about: clientId,
      call: byPartner('POST', `/apps/${clientId}/rotate-secret`, {}),
    }
  },
} satisfies Deeds<PartnerPerson>[string][string]

const retirement = {
  events: ['secret.retired'],
  limit: ONCE,
  async given({ doer, world: { services } }) {
    const { clientId } = await createPortalApp(doer)
    await rotateAppSecret(doer.ctx, await requireApp(services, clientId), { overlapHours: 24 })
    const old = (await listClientSecrets(services.db, { clientId })).find(({ expiresAt }) => expiresAt !== null)
    return { params: { clientId }, fields: { secret_id: old?.id ?? '' } }
  },
} satisfies Deeds<PartnerPerson>[string][string]

async function edit(stage: PartnerStage, fields: Given['fields']): Promise<Given> {
  const { clientId } = await own(stage)
  return { params: { clientId }, fields, call: byPartner('PATCH', `/apps/${clientId}`, { name: another('Prints') }) }
}

/** Somebody else of the organization. */
async function member({ world: { services }, doer, kept }: PartnerStage) {
  return kept('member', async () => {
    const { userId } = (await createEndUser(services, { isVerified: true })).user
    const { id: partnerId } = doer.partner
    await services.db.run(insertPartnerMember({ partnerId, userId, role: 'developer', createdAt: 0 }))
    return { userId, role: 'developer' }
  })
}

export const portalDeeds: Deeds<PartnerPerson> = {
  'portal._app.apps_.new': {
    send: {
      events: ['app.created'],
      limit: { 'partner-change': {} },
      given: () => ({
        fields: { name: another('Prints'), app_type: 'regular_web', callbacks: CALLBACK },
        call: byPartner('POST', '/apps', { name: another('Prints'), app_type: 'regular_web', callbacks: [CALLBACK] }),
      }),
    },
  },
  'portal._app.apps_.$clientId': {
    submit: submission,
    withdraw: withdrawal,
    'rotate-secret': rotation,
    'retire-secret': retirement,
  },
  'portal._app.apps_.$clientId_.credentials': { 'rotate-secret': rotation, 'retire-secret': retirement },
  'portal._app.apps_.$clientId_.review': { submit: submission, withdraw: withdrawal },
  'portal._app.apps_.$clientId_.scopes': {
    save: {
      events: ['app.edited'],
      limit: { 'partner-change': {} },
      given: (stage) =>
        edit(stage, {
          'scopes[0].audience': API,
          'scopes[0].scope': 'read:items',
          'scopes[0].asked': 'on',
          'scopes[0].reason': another('To list what you have'),
        }),
    },
  },
  'portal._app.apps_.$clientId_.settings': {
    save: {
      events: ['app.edited'],
      limit: { 'partner-change': {} },
      given: (stage) => edit(stage, { name: another('Prints'), callbacks: CALLBACK }),
    },
    discard: {
      events: ['app.withdrawn'],
      limit: ONCE,
      async given({ doer, world: { services } }) {
        const { clientId } = await createApprovedApp(doer)
        const details = await requireApp(services, clientId)
        if (details.live) await editApp(doer.ctx, details, { ...details.live.manifest, description: 'Prints.' })
        return { params: { clientId } }
      },
    },
    delete: {
      events: ['app.deleted'],
      limit: ONCE,
      async given({ doer }) {
        const { clientId, client } = await createPortalApp(doer)
        return { params: { clientId }, fields: { confirm_name: client.name } }
      },
    },
  },
  'portal._app.apps_.$clientId_.testers': {
    'add-tester': {
      events: ['app.tester-added'],
      limit: { tester: {} },
      async given(stage) {
        const { clientId } = await own(stage)
        const call = byPartner('POST', `/apps/${clientId}/testers`, { email: anAddress() })
        return { params: { clientId }, fields: { email: anAddress() }, call }
      },
    },
    'remove-tester': {
      events: ['app.tester-removed'],
      limit: ONCE,
      async given(stage) {
        const { clientId } = await own(stage)
        const email = anAddress()
        await addTester(stage.doer.ctx, await requireApp(stage.world.services, clientId), email)
        return { params: { clientId }, fields: { email } }
      },
    },
  },
  'portal._app.organization': {
    'save-organization': {
      events: ['partner.updated'],
      limit: { 'partner-change': {} },
      given: ({ doer }) => ({
        fields: { name: another('Prints'), website_uri: '' },
        call: byPartner('PATCH', `/partners/${doer.partner.id}`, { name: another('Prints') }),
      }),
    },
    'create-api-client': {
      events: ['client.created'],
      limit: { 'team-mail': {} },
      given: () => ({ fields: { name: another('Deploys') } }),
    },
    'rotate-api-client': {
      events: ['secret.rotated'],
      limit: { 'partner-change': {} },
      async given(stage) {
        const { clientId } = (await program(stage)).client
        const newest = await newestSecret(stage.doer.ctx, clientId)
        return { fields: { client_id: clientId, overlap_hours: '24', ...newest }, about: clientId }
      },
    },
    'delete-api-client': {
      events: ['client.deleted'],
      limit: ONCE,
      async given({ doer }) {
        return { fields: { client_id: (await createApiClient(doer.ctx, doer.partner, 'Deploys')).client.clientId } }
      },
    },
    'change-password': passwordDeed,
  },
  'portal._app.team': {
    invite: {
      events: ['member.invited'],
      limit: { invitation: {} },
      given: ({ doer }) => ({
        fields: { email: anAddress(), role: 'developer' },
        call: byTenant('POST', `/partners/${doer.partner.id}/invitations`, { email: anAddress(), role: 'developer' }),
      }),
    },
    'take-back': {
      events: ['member.invitation-taken-back'],
      limit: ONCE,
      async given({ doer: { ctx, partner } }) {
        const { id } = await inviteToTeam(ctx, { of: 'partner', partner }, { email: anAddress(), role: 'developer' })
        return { fields: { invitation_id: id } }
      },
    },
    'change-role': {
      events: ['member.role-changed'],
      limit: { 'partner-change': {} },
      async given(stage) {
        const one = await member(stage)
        one.role = one.role === 'owner' ? 'developer' : 'owner'
        const path = `/partners/${stage.doer.partner.id}/members/${encodeURIComponent(one.userId)}`
        return {
          fields: { user_id: one.userId, role: one.role },
          call: byTenant('PATCH', path, { role: one.role }),
        }
      },
    },
    remove: {
      events: ['member.removed', 'user.deleted'],
      limit: ONCE,
      given: async (stage) => ({ fields: { user_id: (await member(stage)).userId } }),
    },
  },
}
