import type { AppContext } from '~/context'
import { type Connection, listConnections } from '~db/queries/connections'
import { findTenantSettings } from '~db/queries/tenant'

type Reader = Pick<AppContext, 'db'>

/** A database connection: people sign in with a password that is kept here. */
const isDatabase = ({ strategy }: Connection): boolean => strategy === 'auth0'

/** Where end users sign in to their own account: every connection that is active but those of partners and tenant members. */
export async function accountConnections(ctx: Reader): Promise<Connection[]> {
  const all = await listConnections(ctx.db, {})
  return all.filter(({ area, isActive }) => area === null && isActive)
}

/** Of some connections those that are databases of passwords. */
export const databasesOf = (connections: Connection[]): Connection[] => connections.filter(isDatabase)

/** The first of some connections at which people may make an account themselves. */
export const connectionForSignUp = (connections: Connection[]): Connection | undefined =>
  connections.find((connection) => isDatabase(connection) && !connection.options.disable_signup)

/** Where people make an account outside of any app: the tenant's default directory, if it takes sign-ups. */
export async function accountConnectionForSignUp(ctx: Reader): Promise<Connection | undefined> {
  const connections = await accountConnections(ctx)
  const { defaultDirectory } = await findTenantSettings(ctx.db)
  return connectionForSignUp(connections.filter(({ name }) => defaultDirectory === null || name === defaultDirectory))
}
