/** The pages on connections: where the people come from who sign in. */
import { parseWithZod } from '@conform-to/zod/v4'
import { data, redirect } from '@remix-run/node'
import type { AppContext } from '~/context'
import { createConnection } from '~/domain/connections/create-connection'
import { STRATEGIES, type Strategy } from '~/domain/connections/options'
import { isFederated, providerOfConnection } from '~/domain/connections/provider-of-connection'
import { changeConnection, changeEnabledClients } from '~/domain/connections/update-connection'
import { callbackOf } from '~/domain/identities/start-provider-login'
import { deleteConnection } from '~/domain/jobs/delete-connection'
import type { Acts } from '~/pages/acts'
import { refusedForm } from '~/pages/form-answers'
import { DomainError } from '~/platform/errors'
import { listClientSlice } from '~db/queries/clients'
import {
  type Connection,
  findConnection,
  listClientsOfConnection,
  listClientsOfConnections,
  listConnections,
} from '~db/queries/connections'
import { countPeopleOfConnection } from '~db/queries/users'
import { connectionForm, givenOf, newConnectionForm, optionsOf } from './connection-forms'
import type { AdminForm } from './guard'
import { requireFound } from './require-found'

const MAX_APPS = 100
const LIST = '/admin/settings/connections'

export async function connectionsPage(ctx: AppContext) {
  const connections = (await listConnections(ctx.db, {})).filter(({ area }) => area === null)
  const ids = connections.map(({ id }) => id)
  const given = await listClientsOfConnections(ctx.db, ids)
  return {
    connections: connections.map(({ id, name, displayName, strategy, isDomainConnection, isActive }) => ({
      id,
      name,
      displayName,
      strategy,
      isDomainConnection,
      isActive,
      apps: given.filter(({ connectionId }) => connectionId === id).length,
    })),
  }
}

export type ConnectionsPage = Awaited<ReturnType<typeof connectionsPage>>

/** What a connection of the strategy that the address names is made of. */
export const newConnectionPage = (search: URLSearchParams) => ({
  strategy: strategyOf(search) ?? null,
})

const strategyOf = (search: URLSearchParams): Strategy | undefined =>
  STRATEGIES.find((strategy) => strategy === search.get('strategy'))

export async function connectionPage(ctx: AppContext, id: string) {
  const connection = await requireConnection(ctx, id)
  const [apps, given, people] = await Promise.all([
    listClientSlice(ctx.db, { is_first_party: true }, { skip: 0, limit: MAX_APPS }),
    listClientsOfConnection(ctx.db, id, { skip: 0, limit: MAX_APPS }),
    countPeopleOfConnection(ctx.db, id),
  ])
  const enabled = new Set(given.map(({ clientId }) => clientId))
  return {
    id,
    name: connection.name,
    strategy: connection.strategy as Strategy,
    isFederated: isFederated(connection),
    hasSecret: connection.encryptedClientSecret !== null,
    isDomainConnection: connection.isDomainConnection,
    isActive: connection.isActive,
    callback: callbackOf(ctx, connection),
    hasSharedCallback: connection.hasSharedCallback,
    people,
    given: givenOf(connection),
    apps: apps
      .filter(({ appType }) => appType !== 'non_interactive')
      .map(({ clientId, name }) => ({ clientId, name, isEnabled: enabled.has(clientId) })),
  }
}

export type ConnectionPage = Awaited<ReturnType<typeof connectionPage>>

export const newConnectionActs = {
  send: { by: 'owner', fresh: true, run: createFromPage },
} satisfies Acts<AdminForm & { search: URLSearchParams }>

/** A form of the page of a connection. */
type ConnectionForm = AdminForm & { connection: Connection }

export const connectionActs = {
  save: { by: 'owner', fresh: true, run: save },
  apps: { by: 'owner', fresh: true, run: setApps },
  try: { by: 'owner', fresh: false, run: tryProvider },
  delete: { by: 'owner', fresh: true, run: remove },
} satisfies Acts<ConnectionForm>

/** @throws a 404 `Response` */
export const requireConnection = async (ctx: AppContext, id: string) =>
  requireFound(await findConnection(ctx.db, id), 'connection')

const pageOfConnection = ({ id }: Connection) => `${LIST}/${encodeURIComponent(id)}`

async function createFromPage({ ctx, form, search }: AdminForm & { search: URLSearchParams }) {
  const strategy = strategyOf(search)
  if (!strategy) throw new DomainError('invalid', 'Choose of which kind the connection is.')
  const parsed = parseWithZod(form, { schema: newConnectionForm(strategy) })
  if (parsed.status !== 'success') return refusedForm(parsed)
  const { name, options, ...settings } = parsed.value
  const made = await createConnection(ctx, {
    ...settingsOf(settings),
    isActive: true,
    name,
    strategy,
    options: optionsOf(strategy, options),
  })
  return redirect(`${LIST}/${made.id}?notice=connection-created`)
}

async function save({ ctx, form, connection }: ConnectionForm) {
  const strategy = connection.strategy as Strategy
  const parsed = parseWithZod(form, { schema: connectionForm(strategy) })
  if (parsed.status !== 'success') return refusedForm(parsed)
  const { options, keeps_people: keepsPeople, ...settings } = parsed.value
  await changeConnection(ctx, connection, {
    ...settingsOf(settings),
    keepsPeople,
    options: optionsOf(strategy, options, connection.options),
  })
  return redirect(`${pageOfConnection(connection)}?notice=connection-saved`)
}

/** Of the apps that the page showed those that are ticked have the connection, and the others do not. */
async function setApps({ ctx, form, connection }: ConnectionForm) {
  const ticked = new Set(form.getAll('app').map(String))
  const changes = form
    .getAll('shown')
    .map((shown) => ({ clientId: String(shown), isEnabled: ticked.has(String(shown)) }))
  await changeEnabledClients(ctx, connection, changes)
  return redirect(`${pageOfConnection(connection)}?notice=connection-saved`)
}

/** Whether the provider says what it can do. */
async function tryProvider({ ctx, connection }: ConnectionForm) {
  const tried = await providerOfConnection(ctx, connection).then(
    () => 'answers' as const,
    () => 'silent' as const,
  )
  return data({ tried })
}

async function remove({ ctx, connection }: ConnectionForm) {
  await deleteConnection(ctx, connection)
  return redirect(`${LIST}?notice=connection-deleted`)
}

type Settings = {
  display_name?: string
  is_domain_connection: boolean
  show_as_button: boolean
  is_active: boolean
}

const settingsOf = (given: Settings) => ({
  displayName: given.display_name ?? null,
  isDomainConnection: given.is_domain_connection,
  showAsButton: given.show_as_button,
  isActive: given.is_active,
})
