import { createInitialAccess } from '~/domain/clients/initial-access'
import { newClientRow } from '~/domain/clients/new-client'
import { createProgram } from '~/domain/clients/programs'
import { newClientSteps } from '~/domain/clients/save-client'
import { rotateSigningKey } from '~/domain/keys/signing-keys'
import { suspendApp } from '~/domain/moderation/suspend-app'
import { suspendPartner } from '~/domain/moderation/suspend-partner'
import { inviteToTeam } from '~/domain/teams/invite'
import { blockUser } from '~/domain/users/block-user'
import { createLogStream } from '~/domain/webhooks/log-streams'
import { createWebhook } from '~/domain/webhooks/webhooks'
import { insertEventDelivery } from '~db/queries/event-receivers'
import { listSigningKeys } from '~db/queries/keys'
import { insertTenantMember } from '~db/queries/teams'
import { connect } from '~tests/account/provider-world'
import {
  createApi,
  createFirstPartyClient,
  createSubmittedApp,
  createThirdPartyClient,
  readSubmission,
} from '~tests/support/fixtures'
import { createEndUser, createPartner } from '~tests/support/people'
import {
  anAddress,
  another,
  aProvider,
  type Deed,
  type Deeds,
  type Given,
  newestSecret,
  ONCE,
  OWNERS,
  type Stage,
} from './deed'
import { secondFactorDeeds } from './second-factor'

const byOwners = (events: Deed['events'][number] | Deed['events'], given?: Deed['given']): Deed => ({
  events: [events].flat(),
  limit: OWNERS,
  given,
})

const REASON = 'It sells the addresses.'
const apiFields = { token_lifetime: '3600', signing_alg: 'RS256' }

const api = ({ world: { services } }: Stage) =>
  createApi(services, { identifier: `https://${another('api').replace(' ', '-')}.example.com/` })

async function app({ world: { services } }: Stage, fields: Given['fields']): Promise<Given> {
  return { params: { client_id: (await createThirdPartyClient(services)).clientId }, fields }
}

async function organization({ world: { services } }: Stage, fields: Given['fields']): Promise<Given> {
  return { params: { id: (await createPartner(services)).partner.id }, fields }
}

const database = ({ world: { services } }: Stage) =>
  connect(services, { name: another('people').replace(' ', '-'), strategy: 'auth0', options: {} })

const logStream = ({ doer: { ctx } }: Stage) =>
  createLogStream(ctx, {
    name: another('Log'),
    sink: { url: 'https://log.example.com/', contentFormat: 'JSONLINES' },
    categories: [],
  })

const webhookFields = () => ({ name: another('Hook'), url: 'https://hooks.example.com/', events: 'app.approved' })
const webhook = async ({ doer: { ctx } }: Stage) =>
  (await createWebhook(ctx, { ...webhookFields(), events: ['app.approved'] })).webhook
const ofWebhook = async (stage: Stage, fields: Given['fields'] = {}): Promise<Given> => ({
  params: { id: (await webhook(stage)).id },
  fields,
})

/** Somebody else who works for the tenant. */
async function member({ world: { services } }: Stage): Promise<string> {
  const { userId } = (await createPartner(services)).user
  await services.db.run(insertTenantMember({ userId, role: 'reviewer', createdAt: 0 }))
  return userId
}

export const adminDeeds: Deeds = {
  'admin._area.apis.new': {
    send: byOwners('resource-server.created', () => ({
      fields: { ...apiFields, name: 'Orders', identifier: `https://${another('orders').replace(' ', '-')}.example/` },
    })),
  },
  'admin._area.apis.$id': {
    save: byOwners('resource-server.updated', async (stage) => ({
      params: { id: (await api(stage)).id },
      fields: { ...apiFields, name: 'Orders' },
    })),
    delete: byOwners('resource-server.deleted', async (stage) => {
      const { id, name } = await api(stage)
      return { params: { id }, fields: { confirm_name: name } }
    }),
  },
  'admin._area.apps.$client_id': {
    approve: byOwners('client.approved', async ({ world: { services } }) => {
      const { clock, db } = services
      const client = newClientRow(clock.now(), {
        name: 'Agent',
        appType: 'regular_web',
        isFirstParty: false,
        source: 'registration',
        availability: 'testers',
      })
      await db.atomically(newClientSteps(client))
      const { clientId } = client
      return { params: { client_id: clientId }, fields: { updated_at: String(client.updatedAt) }, about: clientId }
    }),
    'set-mode': byOwners('client.mode-changed', (stage) => app(stage, { security_mode: 'strict' })),
    'set-pkce': byOwners('client.pkce-changed', (stage) => app(stage, { pkce: 'required' })),
    suspend: byOwners('app.suspended', (stage) => app(stage, { reason: REASON })),
    reinstate: byOwners('app.reinstated', async (stage) => {
      const given = await app(stage, { reason: '' })
      await suspendApp(stage.doer.ctx, given.params?.client_id ?? '', REASON)
      return given
    }),
  },
  'admin._area.partners.$id': {
    invite: {
      events: ['member.invited'],
      limit: { invitation: {} },
      async given({ world: { services }, kept }) {
        const { id } = (await kept('organization', () => createPartner(services))).partner
        return {
          params: { id },
          fields: { email: anAddress(), role: 'developer' },
          call: {
            by: 'tenant',
            method: 'POST',
            path: `/partners/${id}/invitations`,
            body: { email: anAddress(), role: 'developer' },
          },
        }
      },
    },
    rename: byOwners('partner.updated', (stage) => organization(stage, { name: another('Prints') })),
    suspend: byOwners('partner.suspended', (stage) => organization(stage, { reason: REASON })),
    reinstate: byOwners('partner.reinstated', async (stage) => {
      const given = await organization(stage, { reason: '' })
      await suspendPartner(stage.doer.ctx, given.params?.id ?? '', REASON)
      return given
    }),
  },
  'admin._area.reviews.$id': {
    send: {
      events: ['app.approved'],
      limit: ONCE,
      async given({ world: { services } }) {
        const partner = await createPartner(services)
        const { versionId: id } = await createSubmittedApp(partner)
        const fields = { decision: 'approve', seen: await readSubmission(services, id) }
        return { params: { id }, fields, about: partner.partner.id }
      },
    },
  },
  'admin._area.settings': {
    save: byOwners('settings.updated', () => ({
      fields: {
        friendly_name: another('Prints'),
        support_email: '',
        support_url: '',
        default_third_party_security_mode: 'permissive',
        former_issuer_days: '30',
      },
    })),
    ...secondFactorDeeds,
  },
  'admin._area.settings_.attack-protection': {
    save: byOwners('settings.updated', () => ({
      fields: { max_attempts: '9', mode: 'count_per_identifier_and_ip', breached: 'nothing', counts_passwords: 'on' },
    })),
  },
  'admin._area.settings_.branding': { save: byOwners('settings.updated', () => ({ fields: { primary: '#0b6b4f' } })) },
  'admin._area.settings_.connections_.new': {
    send: byOwners('connection.created', () => ({
      search: '?strategy=auth0',
      fields: {
        name: another('people').replace(' ', '-'),
        'options.passwordPolicy': 'good',
        'options.min_length': '8',
      },
    })),
  },
  'admin._area.settings_.connections_.$id': {
    save: byOwners('connection.updated', async (stage) => ({
      params: { id: (await database(stage)).id },
      fields: { 'options.passwordPolicy': 'good', 'options.min_length': '9', is_active: 'on' },
    })),
    apps: byOwners('connection.updated', async (stage) => {
      const { clientId } = await createFirstPartyClient(stage.world.services)
      return { params: { id: (await database(stage)).id }, fields: { shown: clientId, app: clientId } }
    }),
    try: {
      // It asks the provider what it can do, and changes nothing.
      events: [],
      limit: OWNERS,
      given: async ({ world }) => ({ params: { id: (await connect(world.services, aProvider())).id } }),
    },
    delete: byOwners('connection.deleted', async (stage) => ({ params: { id: (await database(stage)).id } })),
  },
  'admin._area.settings_.keys': {
    'rotate-key': byOwners(['key.rotated', 'key.created'], () => ({ fields: { alg: 'RS256' } })),
    'revoke-key': byOwners('key.revoked', async ({ world: { services }, doer }) => {
      const { startsAt } = await rotateSigningKey(doer.ctx, 'RS256')
      const old = (await listSigningKeys(services.db, {})).find(({ retiredAt }) => retiredAt === startsAt)
      services.clock.set(startsAt)
      return { fields: { kid: old?.kid ?? '' } }
    }),
  },
  'admin._area.settings_.log-streams': {
    create: byOwners('log-stream.created', () => ({
      fields: { name: another('Log'), url: 'https://log.example.com/', format: 'JSONLINES' },
    })),
    pause: byOwners('log-stream.updated', async (stage) => ({ fields: { id: (await logStream(stage)).id } })),
    resume: byOwners('log-stream.updated', async (stage) => ({ fields: { id: (await logStream(stage)).id } })),
    delete: byOwners('log-stream.deleted', async (stage) => ({ fields: { id: (await logStream(stage)).id } })),
  },
  'admin._area.settings_.members': {
    invite: {
      events: ['member.invited'],
      limit: { invitation: {} },
      given: () => ({
        fields: { email: anAddress(), role: 'reviewer' },
        call: {
          by: 'tenant',
          method: 'POST',
          path: '/tenants/invitations',
          body: { email: anAddress(), role: 'reviewer' },
        },
      }),
    },
    'take-back': byOwners('member.invitation-taken-back', async ({ doer: { ctx } }) => {
      const { id } = await inviteToTeam(ctx, { of: 'tenant' }, { email: anAddress(), role: 'reviewer' })
      return { fields: { invitation_id: id } }
    }),
    'change-role': byOwners('member.role-changed', async (stage) => ({
      fields: { user_id: await member(stage), role: 'owner' },
    })),
    remove: byOwners(['member.removed', 'user.deleted'], async (stage) => ({
      fields: { user_id: await member(stage) },
    })),
  },
  'admin._area.settings_.programs': {
    create: byOwners(['client.created', 'client-grant.created'], () => ({
      fields: { name: another('Deploys'), may: 'read' },
    })),
    rotate: byOwners('secret.rotated', async ({ doer: { ctx } }) => {
      const { clientId } = await createProgram(ctx, { name: 'Deploys', scope: ['read:users'] })
      return { fields: { client_id: clientId, ...(await newestSecret(ctx, clientId)) }, about: clientId }
    }),
    delete: byOwners('client.deleted', async ({ doer: { ctx } }) => ({
      fields: { client_id: (await createProgram(ctx, { name: 'Deploys', scope: ['read:users'] })).clientId },
    })),
  },
  'admin._area.settings_.registration': {
    save: byOwners('settings.updated', () => ({
      fields: { registration: 'token', registered_clients_are: 'pending', client_metadata_hosts: '' },
    })),
    'create-initial-access': byOwners('initial-access.created', () => ({
      fields: { label: 'Agents', quota: '5', days: '1' },
    })),
    'revoke-initial-access': byOwners('initial-access.revoked', async ({ doer: { ctx } }) => ({
      fields: { id: (await createInitialAccess(ctx, { label: 'Agents', quota: 5, lifetime: 1000 })).id },
    })),
  },
  'admin._area.settings_.webhooks': { create: byOwners('webhook.created', () => ({ fields: webhookFields() })) },
  'admin._area.settings_.webhooks_.$id': {
    save: byOwners('webhook.updated', (stage) => ofWebhook(stage, webhookFields())),
    pause: byOwners('webhook.updated', ofWebhook),
    resume: byOwners('webhook.updated', ofWebhook),
    ping: byOwners('webhook.ping', ofWebhook),
    redeliver: byOwners('webhook.redelivered', async (stage) => {
      const { id } = await webhook(stage)
      const { clock, db } = stage.world.services
      const delivery = { id: another('msg'), eventId: another('evt'), receiverId: id, type: 'app.approved' }
      const sent = { attempts: [], waits: 0, createdAt: clock.now(), nextAttemptAt: null, deliveredAt: clock.now() }
      await db.run(insertEventDelivery({ ...delivery, ...sent }))
      return { params: { id }, fields: { delivery: delivery.id } }
    }),
    'rotate-secret': byOwners('webhook.secret-rotated', ofWebhook),
    delete: byOwners('webhook.deleted', ofWebhook),
  },
  'admin._area.users.$id': {
    block: byOwners('user.blocked', async ({ world: { services } }) => ({
      params: { id: (await createEndUser(services)).user.userId },
    })),
    unblock: byOwners('user.unblocked', async ({ world: { services }, doer: { ctx } }) => {
      const { userId } = (await createEndUser(services)).user
      await blockUser(ctx, userId)
      return { params: { id: userId } }
    }),
  },
}
