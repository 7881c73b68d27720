import type { ColumnKit } from './columns'
import { appTables } from './tables/apps'
import { auditTables } from './tables/audit'
import { authenticatorTables } from './tables/authenticators'
import { clientTables } from './tables/clients'
import { connectionTables } from './tables/connections'
import { eventReceiverTables } from './tables/event-receivers'
import { grantTables } from './tables/grants'
import { identityChangeTables } from './tables/identity-changes'
import { jobTables } from './tables/jobs'
import { keyTables } from './tables/keys'
import { mailTables } from './tables/mails'
import { partnerTables } from './tables/partners'
import { rateLimitTables } from './tables/rate-limits'
import { resourceServerTables } from './tables/resource-servers'
import { sessionTables } from './tables/sessions'
import { statisticsTables } from './tables/statistics'
import { tenantTables } from './tables/tenant'
import { tokenTables } from './tables/tokens'
import { userTables } from './tables/users'

/** Every table of the program, over one database's column kit. */
export function allTables(kit: ColumnKit) {
  const clients = clientTables(kit)
  const connections = connectionTables(kit, clients)
  const users = userTables(kit, connections)
  const partners = partnerTables(kit, users)
  return {
    ...tenantTables(kit),
    ...clients,
    ...resourceServerTables(kit),
    ...connections,
    ...users,
    ...authenticatorTables(kit, clients, users),
    ...sessionTables(kit, clients, users),
    ...grantTables(kit, clients, users),
    ...tokenTables(kit, clients, users),
    ...identityChangeTables(kit, users),
    ...keyTables(kit),
    ...partners,
    ...appTables(kit, clients, partners),
    ...rateLimitTables(kit),
    ...jobTables(kit),
    ...mailTables(kit),
    ...auditTables(kit),
    ...eventReceiverTables(kit),
    ...statisticsTables(kit, clients),
  }
}

export type Tables = ReturnType<typeof allTables>
