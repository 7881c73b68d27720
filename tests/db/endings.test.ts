/**
 * Every statement that ends something, by its name: which test races it with what begins, or why nothing that it ended can
 * come to life beside it. A new one fails here until it is decided on.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { PROJECT_FOLDER } from '~tests/support/tenant-template'

/** By one node in the middle of what another one begins, or by both at once. */
const RACED: Record<string, string[]> = {
  'tests/domain/same-moment.test.ts': [
    'blockUser',
    'deleteClient',
    'deleteGrant',
    'deleteUser',
    'endDeviceCodesOfUser',
    'endLoginTicketsOfUser',
    'endMfaTokensOfUser',
    'endSessionOfUser',
    'endSessionsOfConnection',
    'endSessionsOfUser',
    'revokeFamiliesOfGrant',
    'revokeFamiliesOfSession',
    'revokeFamiliesOfClient',
    'revokeFamiliesOfConnection',
    'revokeFamiliesOfUser',
    'suspendClient',
    'suspendPartner',
    'suspendAppsOfPartner',
  ],
  'tests/domain/same-moment-rows.test.ts': [
    'deleteAppTester',
    'deleteClientGrant',
    'deleteClientGrantsOfAudience',
    'deleteClientKey',
    'deleteGrantsOfAudience',
    'deleteIdentitiesLinkedTo',
    'deleteResourceServer',
    'deleteScopesExcept',
    'expireNewestSecret',
    'retireClientSecret',
    'revokeFamiliesOfAudience',
  ],
  'tests/domain/users/only-the-newest.test.ts': [
    'cancelTickets',
    'deleteAuthenticators',
    'deleteInvitationsTo',
    'deleteRecoveryCodes',
    'deleteWaitingAuthenticators',
    'expireClientSecrets',
    'retireSigningKeys',
  ],
  'tests/management/connections.test.ts': ['deleteRetiredConnectionKeys', 'retireConnectionKeys'],
  'tests/management/device-credentials.test.ts': ['revokeFamiliesOfDevice'],
  'tests/management/teams.test.ts': ['deleteMember'],
  'tests/oauth/refresh-tokens.test.ts': ['revokeFamily'],
  'tests/account/mailed-links.test.ts': ['redeemTicket'],
  'tests/account/provider-sign-in.test.ts': ['redeemUpstreamLogin'],
  'tests/domain/authenticators/totp.test.ts': ['redeemMfaToken', 'redeemRecoveryCode'],
  'tests/oauth/embedded-login.test.ts': ['redeemLoginTicket'],
  'tests/oauth/signed-clients.test.ts': ['redeemPushedRequest'],
  'tests/oauth/tokens.test.ts': ['redeemAuthorizationCode'],
  'tests/oauth/device-flow.test.ts': ['redeemDeviceCode'],
}

/** What they end is looked at again, as it is then, by whatever is begun beside it. */
const SAFE: Record<string, string[]> = {
  'its row is what it ends: whoever uses it changes the same row by one conditional write, or finds it gone': [
    'deleteApiClientOfPartner',
    'deleteClientNotSuspended',
    'deleteDeviceCredential',
    'deleteEventReceiver',
    'deleteInvitation',
    'deleteUndoableChange',
    'deleteUnlinksOf',
    'deleteWaitingChangesOf',
    'endSession',
    'redeemInvitation',
    'revokeFamilyOfUser',
    'revokeInitialAccess',
    'revokeSigningKey',
  ],
  'the access that it takes is asked for again at each issue and each reading, from the rows of then': [
    'deleteClientGrantsExcept',
    'deleteGrantsOfClient',
    'deleteGrantsOfUser',
    'deleteGrantsOfUserForClient',
    'revokeConsentedFamiliesOfUser',
  ],
  'it stands behind the row of the client, which whoever adds one changes first': [
    'deleteClientKeys',
    'deleteClientOrigins',
    'deleteClientSecrets',
  ],
  // Not closed: the row of the client would be a lock at which all of its requests wait for each other.
  'a request that proved itself to be the client’s by the stronger proof, and is answered milliseconds after, keeps what it got':
    ['deleteOpenCodes', 'deleteOpenDeviceCodes'],
  'it stands behind the row of the person, in the same transaction as what ends all of theirs': [
    'cancelTicketsOf',
    'clearPasswordHashes',
    'deleteDeviceCredentialsOfUser',
    'deleteInvitationsBy',
    'deleteUnprovenUser',
    'deleteWaitingChanges',
    'deleteUserWithoutIdentity',
    'revokeRefreshTokensOfUser',
  ],
  'a program asks for it, and what is issued a moment later is issued after it': ['revokeRefreshTokensOfClient'],
  'nothing is alive in what it deletes: it is over, used up, counted or cannot be read': [
    'deleteAttempts',
    'deleteAttemptsOf',
    'deleteClientUsageBefore',
    'deleteCiphertextRow',
    'deleteClosedConnection',
    'deleteDeadFamilies',
    'deleteEmptyPartner',
    'deleteEnded',
    'deleteEventsBefore',
    'deleteExpiredAttempts',
    'deleteLinkedIdentities',
    'deleteMail',
    'deleteOldEventDeliveries',
    'deleteOldJobs',
    'deleteOldLogoutDeliveries',
    'deleteReplacedTokens',
    'deleteUnusedRegistrations',
    'deleteWaitingPart',
    'deleteWaitingParts',
    'endJob',
  ],
}

const ENDS =
  /^export (?:const|function) ((?:block|cancel|clear|delete|end|expire|redeem|retire|revoke|suspend)[A-Z]\w*)\b/gm

it('is raced with what begins, or has nothing to be raced with', () => {
  const folder = join(PROJECT_FOLDER, 'db/queries')
  const known = readdirSync(folder).flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(ENDS)].map(([, name]) => name),
  )
  expect(known.length).toBeGreaterThan(50)
  const listed = [...Object.values(RACED), ...Object.values(SAFE)].flat()
  const missing = known.filter((name = '') => !listed.includes(name))
  const gone = listed.filter((name) => !known.includes(name))
  const advice =
    'Race a statement that ends something with what begins beside it, or list why nothing can come to life.'
  expect({ missing, gone }, advice).toEqual({ missing: [], gone: [] })
  for (const file of Object.keys(RACED)) expect(existsSync(join(PROJECT_FOLDER, file)), file).toBe(true)
})
