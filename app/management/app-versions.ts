/** An extension: the versions of an app, and what was said about them. */
import { z } from 'zod'
import { MANIFEST_MEMBERS } from '~/domain/apps/manifest'
import { diffManifests, type ManifestChange } from '~/domain/apps/manifest-diff'
import { countMessages, countVersions, listMessageSlice, listVersionSlice } from '~db/queries/app-list'
import { type AppDetails, type AppVersion, findVersionOfApp, type ReviewMessage } from '~db/queries/apps'
import type { Access } from './access'
import { appParams, manifestAnswer, requireApp, serializeManifest } from './app-schema'
import { endpoint } from './endpoint'
import { ManagementError } from './errors'
import { isoTime, withoutUnset } from './fields'
import { listEndpoint } from './pagination'

const tag = 'Apps'

const version = z.object({
  id: z.string(),
  number: z.int(),
  state: z.enum(['draft', 'submitted', 'changes_requested', 'rejected', 'approved', 'superseded']),
  is_live: z.boolean(),
  submissions: z.int().describe('How often it was submitted.'),
  manifest: manifestAnswer,
  created_at: z.string(),
  updated_at: z.string(),
  submitted_at: z.string().optional(),
  decided_at: z.string().optional(),
})

const requested = z.object({ audience: z.string(), scope: z.string(), reason: z.string(), required: z.boolean() })

const change = z.object({
  member: z.enum(MANIFEST_MEMBERS),
  before: z.string().optional(),
  after: z.string().optional(),
  added: z.array(z.union([z.string(), requested])).optional(),
  removed: z.array(z.union([z.string(), requested])).optional(),
  changed: z.array(z.object({ before: requested, after: requested })).optional(),
})

/** What a version would change of the live one; against nothing, all that it says. */
export const changesAnswer = z.array(change)

export const serializeChanges = (changes: ManifestChange[]): z.input<typeof changesAnswer> =>
  changes.map((found) => {
    const member = MANIFEST_MEMBERS[found.field]
    if (found.kind === 'text') return withoutUnset({ member, before: found.before, after: found.after })
    const { added, removed } = found
    return found.kind === 'list' ? { member, added, removed } : { member, added, removed, changed: found.changed }
  })

const time = (at: number | null): string | undefined => (at === null ? undefined : isoTime(at))

const serializeVersion = (row: AppVersion, liveVersionId: string | null): z.input<typeof version> =>
  withoutUnset({
    id: row.id,
    number: row.number,
    state: row.state,
    is_live: row.id === liveVersionId,
    submissions: row.submissions,
    manifest: serializeManifest(row.manifest),
    created_at: isoTime(row.createdAt),
    updated_at: isoTime(row.updatedAt),
    submitted_at: time(row.submittedAt),
    decided_at: time(row.decidedAt),
  })

export const versionAnswer = version.extend({ changes: changesAnswer.describe('Against the live version.') })

export const serializeWithChanges = (row: AppVersion, { app, live }: AppDetails): z.input<typeof versionAnswer> => ({
  ...serializeVersion(row, app.liveVersionId),
  changes: serializeChanges(diffManifests(live?.manifest, row.manifest)),
})

export const messageAnswer = z.object({
  id: z.string(),
  version_id: z.string(),
  act: z.enum(['submit', 'withdraw', 'approve', 'request_changes', 'reject', 'suspend', 'reinstate']),
  message: z.string(),
  side: z.enum(['partner', 'tenant']),
  author_id: z.string().optional().describe('A user or a client; programs of partners are not told.'),
  created_at: z.string(),
})

export const serializeMessage = (row: ReviewMessage, { reach }: Access): z.input<typeof messageAnswer> =>
  withoutUnset({
    id: row.id,
    version_id: row.versionId,
    act: row.act,
    message: row.message,
    side: row.authorSide,
    author_id: reach.of === 'tenant' ? row.authorId : undefined,
    created_at: isoTime(row.createdAt),
  })

export const appVersionEndpoints = [
  listEndpoint({
    path: '/api/v2/apps/{client_id}/versions',
    summary: 'Get the versions of an app, the newest first',
    tag,
    scopes: ['read:apps'],
    partnerScopes: ['read:apps'],
    params: appParams,
    key: 'versions',
    filters: {},
    item: version,
    async list(ctx, slice, { params: { client_id }, access }) {
      const { app } = await requireApp(ctx, access, client_id)
      const rows = await listVersionSlice(ctx.db, app.clientId, slice)
      return rows.map((row) => ({ row, liveVersionId: app.liveVersionId }))
    },
    count: ({ db }, { params: { client_id } }) => countVersions(db, client_id),
    positionOf: ({ row }) => [row.number],
    serialize: (_ctx, rows) => rows.map(({ row, liveVersionId }) => serializeVersion(row, liveVersionId)),
  }),
  endpoint({
    method: 'GET',
    path: '/api/v2/apps/{client_id}/versions/{version_id}',
    summary: 'Get a version of an app, and how it differs from the live one',
    tag,
    scopes: ['read:apps'],
    partnerScopes: ['read:apps'],
    params: appParams.extend({ version_id: z.string() }),
    answer: versionAnswer,
    async run(ctx, { params: { client_id, version_id }, access }) {
      const details = await requireApp(ctx, access, client_id)
      const found = await findVersionOfApp(ctx.db, details.app.clientId, version_id)
      if (!found) throw new ManagementError(404, 'inexistent_version', 'The version does not exist.')
      return serializeWithChanges(found, details)
    },
  }),
  listEndpoint({
    path: '/api/v2/apps/{client_id}/messages',
    summary: 'Get what the partner and the reviewers said about an app',
    tag,
    scopes: ['read:apps'],
    partnerScopes: ['read:apps'],
    params: appParams,
    key: 'messages',
    filters: {},
    item: messageAnswer,
    async list(ctx, slice, { params: { client_id }, access }) {
      return listMessageSlice(ctx.db, (await requireApp(ctx, access, client_id)).app.clientId, slice)
    },
    count: ({ db }, { params: { client_id } }) => countMessages(db, client_id),
    positionOf: ({ createdAt, id }) => [createdAt, id],
    serialize: (_ctx, rows, access) => rows.map((row) => serializeMessage(row, access)),
  }),
]
