// drizzle-kit reads the exports of this file to generate the migrations.
import { sqliteKit } from './columns'
import { allTables } from './tables'

export const sqliteTables = allTables(sqliteKit)

export const {
  tenantSettings,
  clients,
  clientSecrets,
  clientGrants,
  resourceServers,
  resourceServerScopes,
  connections,
  connectionClients,
  users,
  identities,
  tickets,
  authenticators,
  recoveryCodes,
  sessions,
  grants,
  authorizationRequests,
  authorizationCodes,
  tokenFamilies,
  refreshTokens,
  accessTokens,
  signingKeys,
  partners,
  partnerMembers,
  tenantMembers,
  apps,
  appVersions,
  reviewMessages,
  appTesters,
  auditEvents,
} = sqliteTables
