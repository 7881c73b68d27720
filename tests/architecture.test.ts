/** What the folders promise. Each rule is proved to be able to fail by a file that breaks it. */
import { expect, it } from 'vitest'
import {
  addressReads,
  anyTypes,
  clockReads,
  directWrites,
  emptyFileNames,
  environmentReads,
  halvesThatReachTheBrowser,
  jsonReads,
  normalizations,
  policyReads,
  unguardedPages,
} from './support/code-rules'
import { forbiddenImports, forbiddenPackages, upwardImports, writesImportedByDoors } from './support/import-rules'
import { parseSource, readSources, type SourceFile } from './support/source-files'

const program = readSources('app', 'db')
const tests = readSources('tests')

type Rule = {
  sentence: string
  check: (sources: SourceFile[]) => string[]
  /** A file that breaks the rule. */
  breach: [path: string, text: string]
  /** With the tests, where the rule holds there too. */
  everywhere?: boolean
}

const imports =
  (...places: string[]) =>
  (sources: SourceFile[]) =>
    forbiddenImports(sources, places)
const DRIZZLE = /^drizzle-(orm|kit)(\/|$)/
const NOT_DB = [
  'routes',
  'oauth',
  'management',
  'portal',
  'admin',
  'account',
  'docs',
  'pages',
  'domain',
  'platform',
  'ui',
  'context',
  'root',
]

const rules: Rule[] = [
  {
    sentence: 'routes import doors, the domain and the user interface, never the database and never each other',
    check: imports('routes'),
    breach: ['app/routes/portal.apps.tsx', "import { findApp } from '~db/queries/apps'"],
  },
  {
    sentence: 'a door imports the domain, the platform and reads, never another door',
    check: imports('oauth', 'management', 'portal', 'admin', 'account', 'docs', 'pages'),
    breach: ['app/portal/guard.ts', "import { enterAdminPage } from '../admin/guard'"],
  },
  {
    sentence: 'the domain knows no door: it imports the queries, the platform, and the context as a type',
    check: imports('domain'),
    breach: ['app/domain/apps/create-app.ts', "import { enterPortalPage } from '~/portal/guard'"],
  },
  {
    sentence: 'within the domain imports go down',
    check: upwardImports,
    breach: ['app/domain/clients/new-client.ts', "import { createApp } from '~/domain/apps/create-app'"],
  },
  {
    sentence: 'platform and user interface import nothing else of ours',
    check: imports('platform', 'ui'),
    breach: ['app/ui/button.tsx', "import { appState } from '~/domain/apps/app-state'"],
  },
  {
    sentence: 'the database knows nothing of the program',
    check: imports('db', 'db/queries', 'db/database'),
    breach: ['db/queries/apps.ts', "import { DomainError } from '~/platform/errors'"],
  },
  {
    sentence: 'drizzle is used in db/ only',
    check: (sources) => forbiddenPackages(sources, NOT_DB, DRIZZLE, 'make it a query in db/queries'),
    breach: ['app/domain/apps/create-app.ts', "import { eq } from 'drizzle-orm'"],
  },
  {
    sentence: 'only the domain writes: doors take find…, list… and count… from the queries',
    check: writesImportedByDoors,
    breach: ['app/portal/app-acts.ts', "import { updateApp } from '~db/queries/apps'"],
  },
  {
    sentence: 'only the domain changes the database',
    check: directWrites,
    breach: ['app/portal/app-acts.ts', 'export const act = (ctx) => ctx.db.atomically([])'],
  },
  {
    sentence: 'only the policy, and what shows it in the Management API, reads whether a client is first-party',
    check: policyReads,
    breach: ['app/oauth/authorize/start-authorization.ts', 'if (client.isFirstParty) skipConsent()'],
  },
  {
    sentence: 'the environment is read by the composition root only',
    check: environmentReads,
    breach: ['app/domain/mail/mails.ts', 'const url = process.env.ISSUER'],
  },
  {
    sentence: 'every page of a door lets nobody in but through its guard',
    check: unguardedPages,
    breach: ['app/routes/portal.apps.tsx', 'export async function loader() { return listApps() }'],
  },
  {
    sentence: 'in a page, loader and action are function declarations',
    check: halvesThatReachTheBrowser,
    breach: [
      'app/routes/portal.apps.tsx',
      'export const loader = wrap(load)\nexport default function Page() { return null }',
    ],
  },
  {
    sentence: 'protocol, domain and database know nothing of Remix and React',
    check: (sources) =>
      forbiddenPackages(
        sources,
        ['oauth', 'management', 'domain', 'platform', 'db', 'db/queries', 'db/database'],
        /^(@remix-run\/|react($|\/|-dom))/,
        'leave it to the pages',
      ),
    breach: ['app/domain/grants/consent.ts', "import { redirect } from '@remix-run/node'"],
  },
  {
    sentence: 'a file is named after what it holds, in kebab-case',
    check: emptyFileNames,
    breach: ['app/portal/utils.ts', ''],
    everywhere: true,
  },
  {
    sentence: 'the time comes from the clock of the context',
    check: clockReads,
    breach: ['app/domain/tokens/access-token.ts', 'const now = Date.now()'],
  },
  {
    sentence: 'a text is normalized where its length has been looked at',
    check: normalizations,
    breach: ['app/domain/users/user-fields.ts', "const login = given.normalize('NFKC')"],
  },
  {
    sentence: 'an address is read where its length has been looked at',
    check: addressReads,
    breach: ['app/account/web-link.ts', 'const isLink = URL.canParse(uri)'],
  },
  {
    sentence: 'JSON is read where its depth has been looked at',
    check: jsonReads,
    breach: ['app/oauth/endpoint.ts', 'const body = JSON.parse(text)'],
  },
  { sentence: 'nothing is any', check: anyTypes, breach: ['app/oauth/routes.ts', 'let x: any'], everywhere: true },
]

for (const { sentence, check, breach, everywhere } of rules) {
  it(sentence, () => {
    expect(check(everywhere ? [...program, ...tests] : program)).toEqual([])
  })

  it(`${sentence} (a breach is seen)`, () => {
    expect(check([parseSource(...breach)])).toEqual([expect.stringContaining(breach[0])])
  })
}
