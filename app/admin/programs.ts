/** The page on the tenant's own programs, which do by the Management API what its people do here. */
import { parseWithZod } from '@conform-to/zod/v4'
import { data, redirect } from '@remix-run/node'
import type { AppContext } from '~/context'
import { rotateClientSecret } from '~/domain/clients/client-secrets'
import { deleteClient } from '~/domain/clients/delete-client'
import { ALL_SCOPES, createProgram, READ_SCOPES } from '~/domain/clients/programs'
import { managementApiIdentifier } from '~/domain/resource-servers/management-api'
import type { Acts } from '~/pages/acts'
import { refusedForm } from '~/pages/form-answers'
import { DomainError } from '~/platform/errors'
import { findProgram, listPrograms } from '~db/queries/client-grants'
import { listLiveClientSecretsOf } from '~db/queries/client-secrets'
import { programForm } from './forms'
import type { AdminForm } from './guard'

/** How long the secret before works as well after a rotation on the page. */
const OVERLAP_HOURS = 24

/** A secret that was just made, shown this once. */
export type MadeSecret = { clientId: string; name: string; secret: string; isRotated: boolean }

export async function programsPage(ctx: AppContext) {
  const audience = managementApiIdentifier(ctx.config.issuer)
  const rows = await listPrograms(ctx.db, { audience })
  const ids = rows.map(({ client }) => client.clientId)
  const secrets = await listLiveClientSecretsOf(ctx.db, ids, ctx.clock.now())
  const lastUse = (clientId: string) =>
    secrets.reduce((latest, row) => (row.clientId === clientId ? Math.max(latest, row.lastUsedAt ?? 0) : latest), 0)
  return {
    tokenEndpoint: `${ctx.config.issuer}oauth/token`,
    audience,
    programs: rows.map(({ client: { clientId, name, createdAt }, scope }) => ({
      clientId,
      name,
      createdAt,
      lastUsedAt: lastUse(clientId) || null,
      newestSecret: secrets.find((secret) => secret.clientId === clientId)?.id,
      may: mayOf(scope),
      scope,
    })),
  }
}

export type ProgramsPage = Awaited<ReturnType<typeof programsPage>>

function mayOf(scope: string[]): 'everything' | 'read' | 'chosen' {
  const held = new Set(scope)
  const isJust = (scopes: string[]) => held.size === scopes.length && scopes.every((value) => held.has(value))
  return isJust(ALL_SCOPES) ? 'everything' : isJust(READ_SCOPES) ? 'read' : 'chosen'
}

const SCOPES = { everything: ALL_SCOPES, read: READ_SCOPES }

export const programActs = {
  create: { by: 'owner', fresh: true, run: create },
  rotate: { by: 'owner', fresh: true, run: rotate },
  delete: { by: 'owner', fresh: true, run: remove },
} satisfies Acts<AdminForm>

async function create({ ctx, form }: AdminForm) {
  const parsed = parseWithZod(form, { schema: programForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  const { name, may, scope } = parsed.value
  const made = await createProgram(ctx, { name, scope: may === 'chosen' ? scope : SCOPES[may] })
  return data({ made: { ...made, name, isRotated: false } satisfies MadeSecret })
}

async function rotate({ ctx, form }: AdminForm) {
  const program = await requireProgram(ctx, form)
  const { secret } = await rotateClientSecret(ctx, program, {
    overlapHours: OVERLAP_HOURS,
    seen: String(form.get('newest_secret') ?? ''),
  })
  const { clientId, name } = program
  return data({ made: { clientId, name, secret, isRotated: true } satisfies MadeSecret })
}

async function remove({ ctx, form }: AdminForm) {
  await deleteClient(ctx, await requireProgram(ctx, form))
  return redirect('/admin/settings/programs?notice=program-deleted')
}

async function requireProgram(ctx: AppContext, form: FormData) {
  const audience = managementApiIdentifier(ctx.config.issuer)
  const found = await findProgram(ctx.db, audience, String(form.get('client_id') ?? ''))
  if (found) return found
  throw new DomainError('not_found', 'There is no such program any more. Reload the page.')
}
