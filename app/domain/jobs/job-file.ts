import { Readable } from 'node:stream'
import type { AppContext } from '~/context'
import { HOUR } from '~/platform/durations'
import { constantTimeEqual } from '~/platform/secrets'
import { findJob, type Job, listJobParts } from '~db/queries/jobs'

/** How long the address of a file works; it is told anew each time somebody may ask for it. */
const ADDRESS_LIFETIME = 1 * HOUR

const PURPOSE = 'the file of a job'

/** The query under which the file of an export is fetched without a token, for a while. */
export function signedFileQuery({ encryption, clock }: Pick<AppContext, 'encryption' | 'clock'>, { id }: Job): string {
  const expires = String(clock.now() + ADDRESS_LIFETIME)
  return new URLSearchParams({ expires, signature: encryption.authenticate(PURPOSE, `${id} ${expires}`) }).toString()
}

/**
 * The file of an export, for who has its address: read from the database piece by piece, as fast as the other side takes
 * it.
 * @returns undefined where the address is wrong or too old
 */
export async function openJobFile(
  ctx: Pick<AppContext, 'db' | 'encryption' | 'clock'>,
  id: string,
  { expires, signature }: { expires: string; signature: string },
): Promise<{ name: string; body: Readable } | undefined> {
  const isRight = constantTimeEqual(signature, ctx.encryption.authenticate(PURPOSE, `${id} ${expires}`))
  if (!isRight || Number(expires) <= ctx.clock.now()) return undefined
  const job = await findJob(ctx.db, id)
  if (job?.status !== 'completed' || job.type !== 'users_export') return undefined
  return { name: `users.${job.task.format ?? 'json'}.gz`, body: Readable.from(pieces(ctx, id)) }
}

async function* pieces({ db }: Pick<AppContext, 'db'>, jobId: string): AsyncGenerator<Buffer> {
  for (let after = -1; ; ) {
    const [piece] = await listJobParts(db, jobId, { state: 'written', after, limit: 1 })
    if (!piece) return
    yield Buffer.from(piece.content, 'base64')
    after = piece.position
  }
}
