/** An extension: the apps of partners, from their first draft on. */
import { z } from 'zod'
import type { AppContext } from '~/context'
import { APP_STATES, type AppState } from '~/domain/apps/app-state'
import { listAskableApis } from '~/domain/apps/askable-scopes'
import { createApp } from '~/domain/apps/create-app'
import { deleteApp } from '~/domain/apps/delete-app'
import { currentManifest, editApp } from '~/domain/apps/edit-app'
import { newManifest, readManifest } from '~/domain/apps/manifest'
import { reviewNote, submitVersion } from '~/domain/apps/submit-version'
import { discardProposal, withdrawVersion } from '~/domain/apps/withdraw-version'
import { type AppFilter, countApps, listAppSlice } from '~db/queries/app-list'
import { findPartner, type Partner } from '~db/queries/partners'
import type { Access } from './access'
import {
  appAnswer,
  appType,
  manifestBody,
  manifestChange,
  appParams as params,
  requireApp,
  serializeApp,
} from './app-schema'
import { endpoint } from './endpoint'
import { ManagementError } from './errors'
import { fieldsQuery, pickFields } from './fields'
import { listEndpoint } from './pagination'

const tag = 'Apps'

type ListQuery = { partner_id?: string; state?: AppState; q?: string }

/** The list of a partner's program is the partner's, whatever it asks for. */
const filterOf = ({ partner_id, state, q }: ListQuery, { reach }: Access): AppFilter | undefined => {
  if (reach.of !== 'partner') return { partnerId: partner_id, state, q }
  return partner_id === undefined || partner_id === reach.partnerId
    ? { partnerId: reach.partnerId, state, q }
    : undefined
}

async function answerOf(ctx: AppContext, access: Access, clientId: string) {
  return serializeApp(await requireApp(ctx, access, clientId))
}

/** Whose a new app is. @throws ManagementError 400 where that is not said, or not the caller's to say; 404 */
async function makerOf({ db }: AppContext, { reach }: Access, partnerId: string | undefined): Promise<Partner> {
  if (reach.of === 'partner' && partnerId !== undefined)
    throw invalid("'Additional properties not allowed: partner_id'.")
  const id = reach.of === 'partner' ? reach.partnerId : partnerId
  if (id === undefined) throw invalid("'Missing required property: partner_id'.")
  const partner = await findPartner(db, id)
  if (partner) return partner
  throw new ManagementError(404, 'inexistent_partner', 'The partner does not exist.')
}

const invalid = (text: string) => new ManagementError(400, 'invalid_body', `Payload validation error: ${text}`)

export const appEndpoints = [
  listEndpoint({
    path: '/api/v2/apps',
    summary: 'Get apps of partners',
    tag,
    scopes: ['read:apps'],
    partnerScopes: ['read:apps'],
    key: 'apps',
    filters: {
      state: z.enum(APP_STATES).optional(),
      partner_id: z.string().max(100).optional(),
      q: z.string().max(100).optional().describe('How the name begins.'),
    },
    item: appAnswer,
    list: async ({ db }, slice, { query, access }) => {
      const filter = filterOf(query, access)
      return filter ? listAppSlice(db, filter, slice) : []
    },
    count: async ({ db }, { query, access }) => {
      const filter = filterOf(query, access)
      return filter ? countApps(db, filter) : 0
    },
    positionOf: ({ app }) => [app.createdAt, app.clientId],
    serialize: (_ctx, rows) => rows.map(serializeApp),
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/apps',
    summary: 'Create an app: a draft, for its team and testers',
    tag,
    scopes: ['create:apps'],
    partnerScopes: ['create:apps'],
    body: manifestBody.extend({
      name: manifestBody.shape.name.unwrap(),
      app_type: appType,
      partner_id: z.string().max(100).optional().describe('Whose it is; a program of a partner leaves it out.'),
    }),
    answer: appAnswer.extend({
      client_secret: z.string().optional().describe('Shown this once; there is none for a public app.'),
    }),
    status: 201,
    async run(ctx, { body, access }) {
      const { app_type, partner_id, name, ...rest } = body
      const partner = await makerOf(ctx, access, partner_id)
      const given = newManifest({ ...manifestChange(rest), name })
      const manifest = readManifest(app_type, await listAskableApis(ctx), given)
      const { client, secret } = await createApp(ctx, partner, { appType: app_type, manifest })
      const answer = await answerOf(ctx, access, client.clientId)
      return secret === undefined ? answer : { ...answer, client_secret: secret }
    },
  }),
  endpoint({
    method: 'GET',
    path: '/api/v2/apps/{client_id}',
    summary: 'Get an app',
    tag,
    scopes: ['read:apps'],
    partnerScopes: ['read:apps'],
    params,
    query: z.object(fieldsQuery),
    answer: appAnswer.partial(),
    run: async (ctx, { params: { client_id }, query, access }) =>
      pickFields(await answerOf(ctx, access, client_id), query),
  }),
  endpoint({
    method: 'PATCH',
    path: '/api/v2/apps/{client_id}',
    summary: 'Change what is proposed of an app',
    tag,
    scopes: ['update:apps'],
    partnerScopes: ['update:apps'],
    params,
    body: manifestBody,
    answer: appAnswer,
    async run(ctx, { params: { client_id }, body, access }) {
      const details = await requireApp(ctx, access, client_id)
      const change = readManifest(details.client.appType, await listAskableApis(ctx), manifestChange(body))
      await editApp(ctx, details, { ...currentManifest(details), ...change })
      return answerOf(ctx, access, client_id)
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v2/apps/{client_id}',
    summary: 'Delete an app, with every token and consent',
    tag,
    scopes: ['delete:apps'],
    partnerScopes: ['delete:apps'],
    params,
    run: async (ctx, { params: { client_id }, access }) =>
      deleteApp(ctx, await requireApp(ctx, access, client_id), access.reach.of === 'partner' ? 'partner' : 'tenant'),
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/apps/{client_id}/submit',
    summary: 'Submit what is proposed of an app for review',
    tag,
    scopes: ['create:app_submissions'],
    partnerScopes: ['create:app_submissions'],
    params,
    body: z.strictObject({ message: reviewNote.describe('What the reviewers read.') }),
    answer: appAnswer,
    async run(ctx, { params: { client_id }, body, access }) {
      await submitVersion(ctx, await requireApp(ctx, access, client_id), body.message)
      return answerOf(ctx, access, client_id)
    },
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/apps/{client_id}/withdraw',
    summary: 'Take a submission back: it is a draft again',
    tag,
    scopes: ['delete:app_submissions'],
    partnerScopes: ['delete:app_submissions'],
    params,
    answer: appAnswer,
    async run(ctx, { params: { client_id }, access }) {
      await withdrawVersion(ctx, await requireApp(ctx, access, client_id))
      return answerOf(ctx, access, client_id)
    },
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/apps/{client_id}/discard',
    summary: 'Drop what is proposed of a live app',
    tag,
    scopes: ['update:apps'],
    partnerScopes: ['update:apps'],
    params,
    answer: appAnswer,
    async run(ctx, { params: { client_id }, access }) {
      await discardProposal(ctx, await requireApp(ctx, access, client_id))
      return answerOf(ctx, access, client_id)
    },
  }),
]
