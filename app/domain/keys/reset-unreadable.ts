import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import type { AsymmetricAlg } from '~/platform/jwt'
import { also, type Write } from '~db/database'
import {
  type CiphertextColumn,
  type CiphertextRow,
  deleteCiphertextRow,
  listCiphertextColumns,
  listOtherCiphertexts,
  replaceCiphertext,
} from '~db/queries/ciphertexts'
import { listAllSigningKeys } from '~db/queries/keys'
import { firstKeySteps } from './signing-keys'

type Reset = { reset(column: CiphertextColumn, row: CiphertextRow): Write; advice: string }

const emptied: Reset['reset'] = (column, row) => replaceCiphertext(column, row, null)

/** Of every encrypted column: what becomes of a text whose key is lost, and what is to be done then. */
export const RESETS: Record<string, Reset> = {
  'signingKeys.encryptedPrivateJwk': {
    reset: deleteCiphertextRow,
    advice:
      'signing keys were made anew: tokens that were issued are no longer taken, people sign in to their apps again',
  },
  'clientSecrets.encryptedSecret': {
    reset: deleteCiphertextRow,
    advice: 'secrets of clients were deleted: rotate the secret of each app, and give the new one to its makers',
  },
  'connections.encryptedClientSecret': {
    reset: emptied,
    advice: 'secrets of connections were deleted: type each again, as the provider has it',
  },
  'connectionKeys.encryptedPrivateJwk': {
    reset: deleteCiphertextRow,
    advice: 'keys of connections were deleted: rotate them, and register the new ones at the providers',
  },
  'authenticators.encryptedSecret': {
    reset: deleteCiphertextRow,
    advice: 'second factors were deleted: until people enrol one again, they sign in by their password alone',
  },
  'mails.encryptedMail': {
    reset: deleteCiphertextRow,
    advice: 'mails that waited to be sent were deleted: people ask for them again',
  },
  'eventReceivers.encryptedSecrets': {
    reset: deleteCiphertextRow,
    advice: 'log streams and webhooks were deleted: make them again',
  },
}

const AT_ONCE = 100

/**
 * Removes what no key of the configuration can read, and nothing else, and makes new signing keys where those are
 * among it.
 * @returns what was removed, with what is to be done
 */
export async function resetUnreadable(ctx: AppContext): Promise<{ rows: number; advice: string }[]> {
  const done: { rows: number; advice: string }[] = []
  const algs = new Set((await listAllSigningKeys(ctx.db, {})).map(({ alg }) => alg as AsymmetricAlg))
  for (const column of listCiphertextColumns(ctx.db.handle)) {
    const { reset, advice } = RESETS[column.name] as Reset
    const rows = await resetColumn(ctx, column, reset)
    if (rows > 0) done.push({ rows, advice })
  }
  for (const alg of algs) await ctx.db.atomically(await firstKeySteps(ctx, alg))
  ctx.keyring.forget()
  if (done.length > 0) {
    const target = { type: 'tenant', id: 'tenant' } as const
    await ctx.db.run(auditEvent(ctx, 'encryption.reset', target, { details: { removed: done } }))
  }
  return done
}

async function resetColumn({ db, encryption }: AppContext, column: CiphertextColumn, reset: Reset['reset']) {
  let done = 0
  for (let after = ''; ; ) {
    const rows = await listOtherCiphertexts(db, column, { mark: encryption.mark, after, limit: AT_ONCE })
    const last = rows.at(-1)
    if (!last) return done
    const looked = rows.map(async (row) => ({ row, isReadable: await canRead(encryption, row) }))
    const lost = (await Promise.all(looked)).filter(({ isReadable }) => !isReadable)
    await db.atomically(lost.map(({ row }) => also(reset(column, row))))
    done += lost.length
    after = last.key
  }
}

const canRead = (encryption: AppContext['encryption'], { ciphertext }: CiphertextRow): Promise<boolean> =>
  encryption.decrypt(ciphertext).then(
    () => true,
    () => false,
  )
