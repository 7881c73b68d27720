/** A connection on the wire: what a body may say, and what is told of a connection. */
import { z } from 'zod'
import { connectionDisplayName, connectionName, realms } from '~/domain/connections/connection-fields'
import type { ConnectionSettings } from '~/domain/connections/create-connection'
import { STRATEGIES } from '~/domain/connections/options'
import { isFederated } from '~/domain/connections/provider-of-connection'
import { mergedMetadata } from '~/platform/metadata'
import type { Connection } from '~db/queries/connections'
import { withoutUnset } from './fields'

const clientIds = z.array(z.string().max(500)).max(1000)
const options = z
  .record(z.string(), z.unknown())
  .describe('By the rules of the strategy. Secrets are taken and never told; without one, the one before stays.')

const settings = z.strictObject({
  display_name: connectionDisplayName.optional(),
  options: options.optional(),
  enabled_clients: clientIds.optional().describe('First-party clients; third-party ones have domain connections only.'),
  is_domain_connection: z.boolean().optional(),
  show_as_button: z.boolean().optional(),
  realms: realms.optional(),
  metadata: z.record(z.string().min(1).max(255), z.string().max(255).nullable()).nullable().optional(),
  authentication: z.strictObject({ active: z.boolean() }).optional(),
  connected_accounts: z.strictObject({ active: z.literal(false) }).optional(),
})

export const newConnectionBody = settings.extend({ name: connectionName, strategy: z.enum(STRATEGIES) })

export const connectionChangeBody = settings.extend({
  display_name: connectionDisplayName.nullable().optional(),
  keeps_people: z
    .boolean()
    .optional()
    .describe(
      'Extension, needed where another issuer would vouch for people whom the connection knows: whether those whom it knows by the same ids are the same people (true), or others (false).',
    ),
})

export const connectionAnswer = z.object({
  id: z.string(),
  name: z.string(),
  display_name: z.string().optional(),
  strategy: z.string(),
  options: z.record(z.string(), z.unknown()),
  realms: z.array(z.string()),
  is_domain_connection: z.boolean(),
  show_as_button: z.boolean().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  enabled_clients: z.array(z.string()),
  authentication: z.object({ active: z.boolean() }),
  connected_accounts: z.object({ active: z.literal(false) }),
})

/** The options hold no secret: it is kept apart, and encrypted. */
export const serializeConnection = (
  connection: Connection,
  enabledClients: string[],
): z.input<typeof connectionAnswer> =>
  withoutUnset({
    id: connection.id,
    name: connection.name,
    display_name: connection.displayName ?? undefined,
    strategy: connection.strategy,
    options: connection.options,
    realms: connection.realms,
    is_domain_connection: connection.isDomainConnection,
    show_as_button: isFederated(connection) ? connection.showAsButton : undefined,
    metadata: connection.metadata ?? undefined,
    enabled_clients: enabledClients,
    authentication: { active: connection.isActive },
    connected_accounts: { active: false as const },
  })

const METADATA = { field: 'metadata', members: 10 }

type Body = z.output<typeof connectionChangeBody>

/** What a body says, as the domain names it; what it does not say is left out. */
export function settingsOf(body: Body, before: Connection['metadata'] = null): ConnectionSettings {
  const given = {
    displayName: body.display_name,
    options: body.options,
    enabledClients: body.enabled_clients,
    isDomainConnection: body.is_domain_connection,
    showAsButton: body.show_as_button,
    realms: body.realms,
    metadata: body.metadata === undefined ? undefined : mergedMetadata(before, body.metadata, METADATA),
    isActive: body.authentication?.active,
    keepsPeople: body.keeps_people,
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}
