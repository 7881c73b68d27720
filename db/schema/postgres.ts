// drizzle-kit reads the exports of this file to generate the migrations.
import { postgresKit } from './columns'
import { allTables } from './tables'

export const postgresTables = allTables(postgresKit)

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
} = postgresTables
