import { Readable } from 'node:stream'
import type { AppContext } from '~/context'
import { managementApiIdentifier } from '~/domain/resource-servers/management-api'
import { MINUTE } from '~/platform/durations'
import { constantTimeEqual } from '~/platform/secrets'
import { findClientGrant } from '~db/queries/client-grants'
import { type Client, findClient } from '~db/queries/clients'
import { findJob, type Job, listJobParts } from '~db/queries/jobs'

/** How long the address of a file works; it is told anew each time somebody may ask for it. */
const ADDRESS_LIFETIME = 10 * MINUTE

const PURPOSE = 'the file of a job'

/** What an address is signed over: the file, the client that asked for it, and until when it works. */
const signed = (id: string, by: string, expires: string): string => JSON.stringify([id, by, expires])

/** The query under which the file of an export is fetched without a token, for a while, in the name of a client. */
export function signedFileQuery(
  { encryption, clock }: Pick<AppContext, 'encryption' | 'clock'>,
  { id }: Job,
  { clientId: by }: Pick<Client, 'clientId'>,
): string {
  const expires = String(clock.now() + ADDRESS_LIFETIME)
  return String(
    new URLSearchParams({ by, expires, signature: encryption.authenticate(PURPOSE, signed(id, by, expires)) }),
  )
}

/**
 * The file of an export, for who has its address: read from the database piece by piece, as fast as the other side takes
 * it.
 * @returns undefined where the address is wrong or too old, or its client is gone or may read users no more
 */
export async function openJobFile(
  ctx: AppContext,
  id: string,
  { by, expires, signature }: Record<'by' | 'expires' | 'signature', string>,
): Promise<{ name: string; body: Readable } | undefined> {
  const isRight = constantTimeEqual(signature, ctx.encryption.authenticate(PURPOSE, signed(id, by, expires)))
  if (!isRight || Number(expires) <= ctx.clock.now() || !(await mayReadUsers(ctx, by))) return undefined
  const job = await findJob(ctx.db, id)
  if (job?.status !== 'completed' || job.type !== 'users_export') return undefined
  return { name: `users.${job.task.format ?? 'json'}.gz`, body: Readable.from(pieces(ctx, id)) }
}

async function mayReadUsers({ db, config }: AppContext, clientId: string): Promise<boolean> {
  const client = await findClient(db, clientId)
  if (!client || client.suspendedAt !== null) return false
  const grant = await findClientGrant(db, {
    clientId,
    audience: managementApiIdentifier(config.issuer),
    subjectType: 'client',
  })
  return grant?.scope.includes('read:users') ?? false
}

async function* pieces({ db }: Pick<AppContext, 'db'>, jobId: string): AsyncGenerator<Buffer> {
  for (let after = -1; ; ) {
    const [piece] = await listJobParts(db, jobId, { state: 'written', after, limit: 1 })
    if (!piece) return
    yield Buffer.from(piece.content, 'base64')
    after = piece.position
  }
}
