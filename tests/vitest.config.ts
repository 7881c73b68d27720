import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const project = join(import.meta.dirname, '..')

/** Mirrors of app/ and db/: every one of these runs on both databases. */
const ON_BOTH_DATABASES = [
  'account',
  'admin',
  'conformance',
  'db',
  'domain',
  'management',
  'oauth',
  'pages',
  'portal',
].map((folder) => `tests/${folder}/**/*.test.ts`)

const setupFiles = ['tests/support/setup.ts']

/** They take longest, and begin first: at the end one of them would run while the other workers have nothing to do. */
const LONGEST = ['libraries/deploy-cli', 'flows/every-page', 'flows/operator', 'flows/copy']

/** On a clean checkout vitest knows how long files are, not how long they take. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(`/tests/${name}.test.ts`))
      return at < 0 ? LONGEST.length : at
    }
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b))
  }
}

/** Each file starts programs and browsers of its own, so the files begin when the others are done. */
const withPrograms = { testTimeout: 600_000, hookTimeout: 600_000, sequence: { groupOrder: 1 } }

export default defineConfig({
  root: project,
  resolve: {
    alias: {
      '~db': join(project, 'db'),
      '~tests': join(project, 'tests'),
      '~': join(project, 'app'),
    },
  },
  test: {
    // The suite is meant to be quick on two cores.
    maxWorkers: 2,
    // The program keeps no module state, so test files can share the modules of a worker: that saves most of the time.
    isolate: false,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'sqlite',
          include: [...ON_BOTH_DATABASES, 'tests/http/**/*.test.ts', 'tests/*.test.ts'],
          globalSetup: ['tests/support/sqlite.ts'],
          setupFiles,
        },
      },
      {
        extends: true,
        test: { name: 'postgres', include: ON_BOTH_DATABASES, globalSetup: ['tests/support/postgres.ts'], setupFiles },
      },
      {
        extends: true,
        test: {
          ...withPrograms,
          name: 'flows',
          include: ['tests/flows/**/*.test.ts'],
          globalSetup: ['tests/support/chromium.ts'],
          setupFiles,
        },
      },
      {
        extends: true,
        test: {
          ...withPrograms,
          name: 'libraries',
          include: ['tests/libraries/**/*.test.ts'],
          globalSetup: ['tests/libraries/certificate.ts', 'tests/support/chromium.ts'],
          pool: 'forks',
          setupFiles,
        },
      },
      {
        extends: true,
        test: {
          ...withPrograms,
          fileParallelism: false,
          maxWorkers: 1,
          name: 'soak',
          include: ['tests/soak/**/*.test.ts'],
          globalSetup: ['tests/support/sqlite.ts', 'tests/libraries/certificate.ts'],
          pool: 'forks',
          setupFiles,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
