/** What an act leaves behind, and what there has to be before it. */
import type { AppContext } from '~/context'
import type { AuditAction } from '~/domain/audit/audit-event'
import type { NewConnection } from '~/domain/connections/create-connection'
import type { LimitName } from '~/domain/rate-limits/throttle'
import { listClientSecrets } from '~db/queries/client-secrets'
import type { ManagementWorld, Method } from '~tests/management/management-world'
import type { Fields, Params } from '~tests/support/context'
import type { PartnerPerson, Person } from '~tests/support/people'

/** It has no limit: what it ends, uses up or decides has to come about first, by an act that has one. */
export const ONCE = 'once for each thing'

/** It has no limit: who does it runs the tenant, and is named in the log with each. */
export const OWNERS = 'by owners of the tenant alone'

/** The limits that it spends. With fields: by an attempt that they spoil, as a success gives the point back. */
export type Limits = { [Name in LimitName]?: Fields }

export type Deed<Doer extends Person = Person> = {
  events: AuditAction[]
  limit: Limits | typeof ONCE | typeof OWNERS
  /** Makes what the act is about. It is called before each time. */
  given?: (stage: Stage<Doer>) => Promise<Given> | Given
}

export type Given = {
  /** What the form holds besides its button. */
  fields?: Fields
  params?: Params
  /** The query of the page, with its question mark. */
  search?: string
  /** The id of what its page shows of others. */
  about?: string
  /** Who does it, where that is not the usual person. */
  by?: Person
  /** How a program does the same by the Management API. */
  call?: Call
}

export type Call = { by: 'tenant' | 'partner'; method: Method; path: string; body?: object }

export type Stage<Doer extends Person = Person> = {
  world: ManagementWorld
  /** Who does it, of whom nobody else on another stage knows. */
  doer: Doer
  /** Something that is made once for each stage. */
  kept<Thing>(name: string, make: () => Promise<Thing>): Promise<Thing>
}

/** The deeds of an area by page and intent. */
export type Deeds<Doer extends Person = Person> = Record<string, Record<string, Deed<Doer>>>

export type PartnerStage = Stage<PartnerPerson>

let count = 0

/** Another one each time it is asked for. */
export const another = (what: string): string => {
  count += 1
  return `${what} ${count}`
}

export const anAddress = (): string => `${another('somebody').replace(' ', '.')}@example.com`

/** A connection with a provider that nobody has to ask before people are sent there. */
export const aProvider = (): NewConnection => ({
  name: another('forge').replace(' ', '-'),
  strategy: 'oauth2',
  options: {
    client_id: 'portal',
    client_secret: 'secret',
    authorizationURL: 'https://forge.example.com/authorize',
    tokenURL: 'https://forge.example.com/token',
    userInfoURL: 'https://forge.example.com/me',
  },
})

/** The secret that the page of a rotation shows as the newest. */
export async function newestSecret({ db }: Pick<AppContext, 'db'>, clientId: string): Promise<Fields> {
  const [newest] = await listClientSecrets(db, { clientId })
  return { newest_secret: newest?.id ?? '' }
}
