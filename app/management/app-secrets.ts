/** An extension: the secrets of an app, of which nothing is told but their last characters. */
import { z } from 'zod'
import { rotateAppSecret } from '~/domain/apps/rotate-app-secret'
import { OVERLAP_HOURS, retireClientSecret } from '~/domain/clients/client-secrets'
import { type ClientSecret, listClientSecrets } from '~db/queries/client-secrets'
import { appParams, requireApp } from './app-schema'
import { endpoint } from './endpoint'
import { ManagementError } from './errors'
import { isoTime, withoutUnset } from './fields'

const tag = 'App secrets'
const MOST_SHOWN = 20

const secret = z.object({
  id: z.string(),
  hint: z.string().describe('The last four characters.'),
  created_at: z.string(),
  last_used_at: z.string().optional(),
  works_until: z.string().optional().describe('Its end; the newest one has none.'),
})

const time = (at: number | null): string | undefined => (at === null ? undefined : isoTime(at))

const serialize = (row: ClientSecret): z.input<typeof secret> =>
  withoutUnset({
    id: row.id,
    hint: row.hint,
    created_at: isoTime(row.createdAt),
    last_used_at: time(row.lastUsedAt),
    works_until: time(row.retiredAt ?? row.expiresAt),
  })

export const appSecretEndpoints = [
  endpoint({
    method: 'GET',
    path: '/api/v2/apps/{client_id}/secrets',
    summary: `Get the last ${MOST_SHOWN} secrets of an app, without the secrets themselves`,
    tag,
    scopes: ['read:app_secrets'],
    partnerScopes: ['read:app_secrets'],
    params: appParams,
    answer: z.array(secret),
    async run(ctx, { params: { client_id }, access }) {
      const { clientId } = (await requireApp(ctx, access, client_id)).app
      return (await listClientSecrets(ctx.db, { clientId })).slice(0, MOST_SHOWN).map(serialize)
    },
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/apps/{client_id}/rotate-secret',
    summary: 'Give an app a new secret',
    tag,
    scopes: ['update:app_secrets'],
    partnerScopes: ['update:app_secrets'],
    params: appParams,
    body: z.strictObject({
      overlap_hours: z
        .int()
        .min(0)
        .max(OVERLAP_HOURS.max)
        .optional()
        .describe(`How long the secret before works on; ${OVERLAP_HOURS.default} unless given.`),
    }),
    answer: z.object({
      client_id: z.string(),
      client_secret: z.string().describe('Shown this once.'),
      previous_secret_until: z.string(),
    }),
    async run(ctx, { params: { client_id }, body, access }) {
      const details = await requireApp(ctx, access, client_id)
      const rotated = await rotateAppSecret(ctx, details, {
        overlapHours: body.overlap_hours ?? OVERLAP_HOURS.default,
      })
      return {
        client_id: details.app.clientId,
        client_secret: rotated.secret,
        previous_secret_until: isoTime(rotated.oldWorksUntil),
      }
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v2/apps/{client_id}/secrets/{secret_id}',
    summary: 'End an old secret of an app before its overlap does',
    tag,
    scopes: ['update:app_secrets'],
    partnerScopes: ['update:app_secrets'],
    params: appParams.extend({ secret_id: z.string() }),
    async run(ctx, { params: { client_id, secret_id }, access }) {
      const { app, client } = await requireApp(ctx, access, client_id)
      const secrets = await listClientSecrets(ctx.db, { clientId: app.clientId })
      if (!secrets.some(({ id }) => id === secret_id))
        throw new ManagementError(404, 'inexistent_secret', 'The secret does not exist.')
      await retireClientSecret(ctx, client, secret_id, app.partnerId)
    },
  }),
]
