import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { holdsSecret } from '~/domain/policy/client-policy'
import { isKept } from '~/domain/rate-limits/is-kept'
import { HOUR, MINUTE } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { newSortableId } from '~/platform/ids'
import { constantTimeEqual, hashSecret, newSecret } from '~/platform/secrets'
import { also, must, type Step, type Write } from '~db/database'
import {
  type ClientSecret,
  expireClientSecrets,
  expireNewestSecret,
  insertClientSecret,
  listLiveClientSecrets,
  listLiveClientSecretsOf,
  retireClientSecret as retireWrite,
  touchClientSecret,
} from '~db/queries/client-secrets'
import { type Client, lockSecretHolder } from '~db/queries/clients'

/** How long two secrets may live side by side, in hours; 0 ends the old ones at once. */
export const OVERLAP_HOURS = { default: 24, max: 168 }

/** The uses of a secret are noted at most this often. */
const TOUCH_EVERY = 1 * MINUTE

type SecretContext = Pick<AppContext, 'clock' | 'encryption'>

/** A new secret of 256 random bits, and the write that stores its hash, and the secret encrypted. */
export async function createClientSecret(
  ctx: SecretContext,
  clientId: string,
  secret = newSecret('cs'),
): Promise<{ id: string; secret: string; write: Write }> {
  const now = ctx.clock.now()
  const id = `sec_${newSortableId(now)}`
  const write = insertClientSecret({
    id,
    clientId,
    secretHash: hashSecret(secret),
    encryptedSecret: await ctx.encryption.encrypt(secret),
    hint: secret.slice(-4),
    createdAt: now,
    lastUsedAt: null,
    expiresAt: null,
    retiredAt: null,
  })
  return { id, secret, write }
}

type Rotation = {
  overlapHours: number
  partnerId?: string
  /** The newest secret that the person was shown: a form that is sent twice rotates once. */
  seen?: string
}

/**
 * Gives a client a new secret. The one before works for `overlapHours` more, so that nothing has to stop; tokens and
 * consents stay as they are. A secret whose end was nearer keeps it.
 * @param others the steps that belong to it: who knows the secret, and the mails to those who are to know of it
 * @returns the new secret, which is shown once, and when the old ones end (milliseconds)
 * @throws DomainError `not_allowed` for a client that has no secret, `conflict` when another is the newest meanwhile
 */
export async function rotateClientSecret(
  ctx: AppContext,
  client: Pick<Client, 'clientId' | 'name'>,
  { overlapHours, partnerId, seen }: Rotation,
  others: Step[] = [],
): Promise<{ secret: string; oldWorksUntil: number }> {
  const { clientId } = client
  const oldWorksUntil = ctx.clock.now() + overlapHours * HOUR
  const { id, secret, write } = await createClientSecret(ctx, clientId)
  await ctx.db.atomically([
    // Whoever rotates at the same moment waits here, and then sees the secret of the other.
    must(lockSecretHolder(clientId), hasNone),
    ...(seen ? [must(expireNewestSecret(clientId, seen, oldWorksUntil), rotatedMeanwhile)] : []),
    also(write),
    also(expireClientSecrets(clientId, id, oldWorksUntil)),
    also(
      auditEvent(ctx, 'secret.rotated', asClient(client), {
        clientId,
        partnerId,
        details: { secretId: id, overlapHours },
      }),
    ),
    ...others,
  ])
  return { secret, oldWorksUntil }
}

const hasNone = () =>
  new DomainError(
    'not_allowed',
    'This client has no secret: it proves itself by a key, or runs where none can be kept.',
  )

const rotatedMeanwhile = () =>
  new DomainError(
    'conflict',
    'The secret was rotated since you opened this page. Load it again, and rotate once more if that is still needed.',
  )

/**
 * Ends an old secret before its overlap does. The newest one cannot be ended: rotate it instead.
 * @throws DomainError `conflict`
 */
export async function retireClientSecret(
  ctx: AppContext,
  client: Pick<Client, 'clientId' | 'name'>,
  secretId: string,
  partnerId?: string,
): Promise<void> {
  await ctx.db.atomically([
    must(
      retireWrite(client.clientId, secretId, ctx.clock.now()),
      () =>
        new DomainError(
          'conflict',
          'This secret has ended already, or is the newest one. Rotate to replace the newest one.',
        ),
    ),
    also(
      auditEvent(ctx, 'secret.retired', asClient(client), {
        clientId: client.clientId,
        partnerId,
        details: { secretId },
      }),
    ),
  ])
}

/** The live secret that a client presents, or `undefined`. Its use is noted. */
export async function findPresentedSecret(
  ctx: Pick<AppContext, 'db' | 'clock'>,
  clientId: string,
  presented: string,
): Promise<ClientSecret | undefined> {
  const now = ctx.clock.now()
  const found = await findLiveSecret(ctx, clientId, presented)
  if (found && (found.lastUsedAt ?? 0) + TOUCH_EVERY <= now) {
    await ctx.db.run(touchClientSecret({ id: found.id, at: now, notSince: now - TOUCH_EVERY + 1 }))
  }
  return found
}

/** Whether a secret is one with which a client could prove itself now; nothing is noted. */
export const isLiveSecret = async (
  ctx: Pick<AppContext, 'db' | 'clock'>,
  clientId: string,
  secret: string,
): Promise<boolean> => (await findLiveSecret(ctx, clientId, secret)) !== undefined

async function findLiveSecret(ctx: Pick<AppContext, 'db' | 'clock'>, clientId: string, secret: string) {
  const hash = hashSecret(secret)
  const live = await listLiveClientSecrets(ctx.db, { clientId, now: ctx.clock.now() })
  return live.filter(({ secretHash }) => constantTimeEqual(secretHash, hash))[0]
}

/** The live secrets, readable, the newest first: what HS256 ID tokens are keyed by. */
export async function readableClientSecrets(
  ctx: Pick<AppContext, 'db' | 'clock' | 'encryption'>,
  clientId: string,
): Promise<string[]> {
  const live = await listLiveClientSecrets(ctx.db, { clientId, now: ctx.clock.now() })
  return Promise.all(live.map(({ encryptedSecret }) => ctx.encryption.decrypt(encryptedSecret)))
}

/** The secret that keys HS256 ID tokens while two are live: the newest. */
export async function currentClientSecret(
  ctx: Pick<AppContext, 'db' | 'clock' | 'encryption'>,
  clientId: string,
): Promise<string> {
  const [newest] = await listLiveClientSecrets(ctx.db, { clientId, now: ctx.clock.now() })
  if (!newest) throw new DomainError('conflict', 'The client has no secret that works; rotate to make one.')
  return ctx.encryption.decrypt(newest.encryptedSecret)
}

/** Tells the app's makers that somebody did not prove to be their app, and why; the answer on the wire does not say. */
export async function recordAuthenticationFailure(
  ctx: AppContext,
  { clientId, name }: Pick<Client, 'clientId' | 'name'>,
  problem: string,
): Promise<void> {
  const target = asClient({ clientId, name })
  const event = auditEvent(ctx, 'client.authentication-failed', target, { clientId, details: { problem } })
  if (await isKept(ctx, 'client-problem', clientId)) await ctx.db.run(event)
}

/**
 * The newest secrets of clients that the tenant made, by client; those of others are nobody's to read. That they were
 * read is recorded.
 */
export async function readSecrets(ctx: AppContext, clients: Client[]): Promise<Map<string, string>> {
  const ours = clients
    .filter((client) => client.source === 'tenant' && holdsSecret(client))
    .map(({ clientId }) => clientId)
  if (ours.length === 0) return new Map()
  const live = await listLiveClientSecretsOf(ctx.db, ours, ctx.clock.now())
  const newest = new Map<string, ClientSecret>()
  for (const secret of live) if (!newest.has(secret.clientId)) newest.set(secret.clientId, secret)
  await ctx.db.run(
    auditEvent(ctx, 'client.secret-read', undefined, {
      clientId: ours.length === 1 ? ours[0] : undefined,
      details: { clientIds: ours },
    }),
  )
  const read = [...newest].map(
    async ([clientId, { encryptedSecret }]) => [clientId, await ctx.encryption.decrypt(encryptedSecret)] as const,
  )
  return new Map(await Promise.all(read))
}
