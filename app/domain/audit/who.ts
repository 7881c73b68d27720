import type { Client } from '~db/queries/clients'
import type { User } from '~db/queries/users'

/** A person as the log names them, acting or acted on. */
export const asUser = ({ userId, name }: Pick<User, 'userId' | 'name'>) => ({ type: 'user', id: userId, name }) as const

/** A client as the log names it, acting or acted on. */
export const asClient = ({ clientId, name }: Pick<Client, 'clientId' | 'name'>) =>
  ({ type: 'client', id: clientId, name }) as const
