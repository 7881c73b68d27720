import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { changedAt, changedMeanwhile } from '~/platform/changes'
import { DomainError } from '~/platform/errors'
import { also, must, type Step } from '~db/database'
import { type Connection, disableConnection, enableConnection, updateConnection } from '~db/queries/connections'
import { countPeopleOfConnection, setIssuer } from '~db/queries/users'
import type { ConnectionSettings } from './create-connection'
import { issuerOf } from './issuer'
import { readOptions, type Strategy, secretReceiver } from './options'
import { enabledClientSteps, endAccessSteps, findGivenClients, proofSteps } from './save-connection'

/**
 * Changes a connection. Options are replaced whole, but for the secret at the provider: where none comes along, the one
 * before stays, as long as it is for the same provider. Where nobody may sign in any more, or somebody else vouches for
 * the people, the sessions that began there end, and the tokens that apps have of them.
 * @throws DomainError `invalid` at a member that breaks a rule, `changed`, `conflict` at `keeps_people` for another issuer
 * where nothing is said of the people whom the connection knows
 */
export async function changeConnection(
  ctx: AppContext,
  before: Connection,
  { options: given, enabledClients, keepsPeople, ...settings }: ConnectionSettings,
): Promise<Connection> {
  const now = ctx.clock.now()
  const change: Partial<Connection> = { ...settings, updatedAt: changedAt(now, before) }
  if (given !== undefined) {
    const kept = before.encryptedClientSecret === null ? undefined : before.options
    const { options, clientSecret } = readOptions(before.strategy as Strategy, given, kept)
    change.options = options
    if (secretReceiver(options) !== secretReceiver(before.options)) change.encryptedClientSecret = null
    if (clientSecret !== undefined) change.encryptedClientSecret = await ctx.encryption.encrypt(clientSecret)
  }
  const fields = Object.keys({ ...settings, ...(given === undefined ? {} : { options: given }) })
  const issuer = await issuerChange(ctx, before, change, keepsPeople)
  const isClosed = before.isActive && change.isActive === false
  await ctx.db.atomically([
    must(updateConnection(before.id, change, before.updatedAt), () => changedMeanwhile('The connection')),
    ...(await proofSteps(ctx, { ...before, ...change })),
    ...(enabledClients ? await enabledClientSteps(ctx, before.id, enabledClients) : []),
    ...issuer.steps,
    ...(isClosed || issuer.details ? endAccessSteps(before.id, now) : []),
    updatedEvent(ctx, before, { fields: enabledClients ? [...fields, 'enabledClients'] : fields, ...issuer.details }),
  ])
  return { ...before, ...change }
}

/**
 * What comes of a change of who vouches for the people of a connection. Whoever does is everybody whom it knows: so it is
 * said, and recorded, what becomes of them.
 */
async function issuerChange(
  { db }: Pick<AppContext, 'db'>,
  before: Connection,
  change: Partial<Connection>,
  keepsPeople: boolean | undefined,
): Promise<{ steps: Step[]; details?: Record<string, unknown> }> {
  const [from, to] = [issuerOf(before), issuerOf({ ...before, ...change })]
  if (from === to) return { steps: [] }
  const people = await countPeopleOfConnection(db, before.id)
  if (people > 0 && keepsPeople === undefined) throw otherIssuer(people, from, to)
  const steps = keepsPeople ? [also(setIssuer(before.id, to, 'all'))] : [also(setIssuer(before.id, from, 'unknown'))]
  return { steps, details: { issuer: { from, to }, people, keepsPeople: keepsPeople ?? null } }
}

const otherIssuer = (people: number, from: string | null, to: string | null) =>
  new DomainError(
    'conflict',
    `${people === 1 ? '1 person signs' : `${people} people sign`} in here by ${from}, and ${to} would say who they are from now on: it can sign in as each whose id it gives. Say whether they are the same people there, or others, so that those of before sign in no more.`,
    { field: 'keeps_people' },
  )

/**
 * Gives a connection to first-party clients, and takes it from others; those that are not named keep what they have.
 * Third-party clients are left out.
 * @throws DomainError `invalid` for a client that there is not, `not_found`
 */
export async function changeEnabledClients(
  ctx: AppContext,
  connection: Connection,
  changes: { clientId: string; isEnabled: boolean }[],
): Promise<void> {
  const clients = await findGivenClients(
    ctx,
    changes.map(({ clientId }) => clientId),
  )
  const possible = changes.filter((change) => clients.some(({ clientId }) => clientId === change.clientId))
  await ctx.db.atomically([
    must(updateConnection(connection.id, { updatedAt: ctx.clock.now() }), gone),
    ...possible.map(({ clientId, isEnabled }) =>
      also(isEnabled ? enableConnection(connection.id, clientId) : disableConnection(connection.id, clientId)),
    ),
    updatedEvent(ctx, connection, { fields: ['enabledClients'] }),
  ])
}

const gone = () => new DomainError('not_found', 'The connection does not exist')

const updatedEvent = (ctx: AppContext, { id, name }: Connection, details: Record<string, unknown>): Step =>
  also(auditEvent(ctx, 'connection.updated', { type: 'connection', id, name }, { connectionId: id, details }))
