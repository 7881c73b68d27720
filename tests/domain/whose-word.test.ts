/**
 * Every file that says of somebody that an address is theirs, or when they signed in, by whose word it does. What others
 * say, as a provider, a file or a program, is kept as their word and never becomes a proof made here: a test tries that.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'
import { STRATEGIES } from '~/domain/connections/options'
import { findNodes, readSources, type SourceFile } from '~tests/support/source-files'
import { PROJECT_FOLDER } from '~tests/support/tenant-template'

/** By the test that has somebody else say it. */
const SAID_BY_OTHERS: Record<string, string[]> = {
  'tests/account/provider-sign-in.test.ts': [
    'app/account/provider-callback.ts',
    'app/domain/connections/provider-profile.ts',
    'app/domain/identities/finish-provider-login.ts',
    'app/domain/identities/provider-user.ts',
  ],
  'tests/management/proof-of-ownership.test.ts': [
    'app/domain/jobs/import-users.ts',
    'app/domain/jobs/imported-user.ts',
    'app/management/users.ts',
  ],
}

const SAID_HERE: Record<string, string[]> = {
  'somebody followed a link that was mailed to the address': [
    'app/domain/teams/join.ts',
    'app/domain/users/prove-email.ts',
    'app/domain/users/reset-password.ts',
  ],
  'somebody has just given a password or a code here': [
    'app/domain/sessions/sessions.ts',
    'app/domain/tokens/issue-password-tokens.ts',
    'app/pages/second-factor.ts',
  ],
  'an operator made the first owner': ['app/domain/tenant/set-up.ts'],
  'it is what the session or the code has': [
    'app/domain/grants/authorization-code.ts',
    'app/domain/grants/device-code.ts',
    'app/domain/tokens/authorization-response.ts',
    'app/domain/tokens/redeem-code.ts',
    'app/domain/tokens/redeem-device-code.ts',
    'app/management/access.ts',
  ],
  'it is what the account or the caller has, or less': [
    'app/domain/identities/identity-profile.ts',
    'app/domain/users/create-database-user.ts',
    'app/domain/users/update-user.ts',
  ],
  'it is shown': [
    'app/account/account-pages.ts',
    'app/admin/partner-pages.ts',
    'app/admin/review-pages.ts',
    'app/admin/user-pages.ts',
  ],
}

/** By the test that signs somebody in at such a connection, and looks at how fresh that is. */
const STRATEGIES_IN: Record<string, string[]> = {
  'tests/account/sign-in.test.ts': ['auth0'],
  'tests/account/provider-sign-in.test.ts': ['oidc'],
  'tests/account/provider-kinds.test.ts': ['oauth2', 'google-oauth2', 'github'],
}

const CLAIMS = ['emailVerified', 'authenticatedAt', 'authTime']

const says = ({ tree }: SourceFile): boolean =>
  findNodes(
    tree,
    (node): node is ts.PropertyAssignment | ts.ShorthandPropertyAssignment =>
      ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node),
  ).some(({ name }) => CLAIMS.includes(name.getText(tree)))

it('is known of every file', () => {
  const files = readSources('app')
    .filter((file) => file.path.endsWith('.ts') && !file.path.startsWith('app/demo/') && says(file))
    .map(({ path }) => path)
  const listed = [...Object.values(SAID_BY_OTHERS), ...Object.values(SAID_HERE)].flat()
  const missing = files.filter((path) => !listed.includes(path))
  const gone = listed.filter((path) => !files.includes(path))
  const advice = `These say ${CLAIMS.join(', ')}: list by whose word, and test what others say as a stranger would.`
  expect({ missing, gone }, advice).toEqual({ missing: [], gone: [] })
})

it('is known of every strategy', () => {
  expect(Object.values(STRATEGIES_IN).flat().toSorted()).toEqual([...STRATEGIES].toSorted())
})

it.each([...Object.keys(SAID_BY_OTHERS), ...Object.keys(STRATEGIES_IN)])('is tried by %s', (path) => {
  expect(existsSync(join(PROJECT_FOLDER, path))).toBe(true)
})
