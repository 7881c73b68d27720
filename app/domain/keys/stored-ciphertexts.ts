import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { also, OperatorError } from '~db/database'
import {
  type CiphertextColumn,
  listCiphertextColumns,
  listMarks,
  listOtherCiphertexts,
  replaceCiphertext,
} from '~db/queries/ciphertexts'

type Ctx = Pick<AppContext, 'db' | 'encryption'>

/** Texts of a column that one key has encrypted; `problem` says why they cannot be read. */
export type Ciphertexts = { column: CiphertextColumn; keyId: string; isFirst: boolean; rows: number; problem?: string }

const AT_ONCE = 100

/** Opens one text of each column and key. */
export async function inspectCiphertexts({ db, encryption }: Ctx): Promise<Ciphertexts[]> {
  const { mark } = encryption
  const found = listCiphertextColumns(db.handle).map(async (column) => {
    const marks = await listMarks(db, column, mark.length)
    return Promise.all(
      marks.map(async ({ mark: one, rows, one: ciphertext }) => {
        const about = { column, keyId: keyIdOf(one), isFirst: one === mark, rows }
        return encryption.decrypt(ciphertext).then(
          () => about,
          (error: Error) => ({ ...about, problem: error.message }),
        )
      }),
    )
  })
  return (await Promise.all(found)).flat()
}

const keyIdOf = (mark: string): string =>
  /"kid":"([^"]+)"/.exec(Buffer.from(mark, 'base64url').toString())?.[1] ?? 'unknown'

/** @throws OperatorError that names what cannot be read, and of which key it is */
export async function requireReadable(ctx: Ctx): Promise<void> {
  const unreadable = (await inspectCiphertexts(ctx)).filter(({ problem }) => problem !== undefined)
  if (unreadable.length === 0) return
  const lines = unreadable.map(({ column, keyId, rows }) => `  ${column.name}: ${rows} of the key ${keyId}`)
  throw new OperatorError(
    `ENCRYPTION_KEYS: what is stored cannot be read:\n${lines.join('\n')}\nAdd the key of that id, or put back the encryption-key file that belongs to this database. If it is lost: npm run portal -- encryption reset --lost`,
  )
}

/**
 * Encrypts whatever another key has encrypted under the first key, in parts, while the program serves: a text that is
 * changed meanwhile is left to its next round. Where it was stopped, it continues.
 * @returns how many texts it has encrypted
 * @throws OperatorError before anything is changed, where a key is missing
 */
export async function encryptAgain(ctx: AppContext): Promise<number> {
  await requireReadable(ctx)
  let done = 0
  for (const column of listCiphertextColumns(ctx.db.handle)) done += await encryptColumnAgain(ctx, column)
  if (done > 0) {
    const target = { type: 'tenant', id: 'tenant' } as const
    await ctx.db.run(auditEvent(ctx, 'encryption.rotated', target, { details: { texts: done } }))
  }
  return done
}

async function encryptColumnAgain({ db, encryption }: Ctx, column: CiphertextColumn): Promise<number> {
  let done = 0
  for (let after = ''; ; ) {
    const rows = await listOtherCiphertexts(db, column, { mark: encryption.mark, after, limit: AT_ONCE })
    const last = rows.at(-1)
    if (!last) return done
    const steps = rows.map(async (row) =>
      also(replaceCiphertext(column, row, await encryption.encrypt(await encryption.decrypt(row.ciphertext)))),
    )
    await db.atomically(await Promise.all(steps))
    done += rows.length
    after = last.key
  }
}
