/** The page on the tenant's signing keys. */
import { redirect } from '@remix-run/node'
import type { AppContext } from '~/context'
import { revokeSigningKey, rotateSigningKey, stateOfKey } from '~/domain/keys/signing-keys'
import type { Acts } from '~/pages/acts'
import { DomainError } from '~/platform/errors'
import { listSigningKeys } from '~db/queries/keys'
import type { AdminForm } from './guard'

const ORDER = { current: 0, next: 1, previous: 2 }

export async function keysPage(ctx: AppContext) {
  const now = ctx.clock.now()
  const keys = (await listSigningKeys(ctx.db, {})).map((key) => ({
    kid: key.kid,
    alg: key.alg,
    state: stateOfKey(key, now),
    activatedAt: key.activatedAt,
    retiredAt: key.retiredAt,
  }))
  return {
    algs: [...new Set(keys.map(({ alg }) => alg))].sort().map((alg) => ({
      alg,
      keys: keys.filter((key) => key.alg === alg).sort((a, b) => ORDER[a.state] - ORDER[b.state]),
    })),
  }
}

export type KeysPage = Awaited<ReturnType<typeof keysPage>>

export const keyActs = {
  'rotate-key': { by: 'owner', fresh: true, run: rotate },
  'revoke-key': { by: 'owner', fresh: true, run: revoke },
} satisfies Acts<AdminForm>

async function rotate({ ctx, form }: AdminForm) {
  const alg = (await keysPage(ctx)).algs.find((known) => known.alg === form.get('alg'))?.alg
  if (!alg) throw new DomainError('not_found', 'There is no key of that algorithm. Reload the page.')
  await rotateSigningKey(ctx, alg)
  return redirect('/admin/settings/keys?notice=key-rotated')
}

async function revoke({ ctx, form }: AdminForm) {
  await revokeSigningKey(ctx, String(form.get('kid')))
  return redirect('/admin/settings/keys?notice=key-revoked')
}
