import { type Config, readConfig } from '~/config'
import type { Services } from '~/context'
import { setUpTenant } from '~/domain/tenant/set-up'
import { createLog } from '~/platform/log'
import { createPasswords } from '~/platform/passwords'
import { backgroundContext, createServices } from '~/services'
import { MIGRATIONS_FOLDER } from './tenant-template'
import { createTestClock, TEST_START, type TestClock } from './test-clock'
import { createTestDatabase } from './test-database'
import { isOfTheTemplate, QUICK_HASH, TEST_ENVIRONMENT } from './test-environment'
import { createTestMailer, sentAtOnce, type TestMailer } from './test-mailer'

/** The real services of a process, on a real database; only the clock and the mailer are made for tests. */
export type TestServices = Services & { clock: TestClock; mailer: TestMailer }

type Options = {
  clock?: TestClock /** Variables in place of the usual ones; an empty text unsets one. */
  env?: Record<string, string>
}

const opened: (() => Promise<void>)[] = []

/**
 * A tenant on a fresh database of its own, set up as by a first start, with an owner (`OWNER`) and a management client
 * (`MANAGEMENT_CLIENT`). It is closed and dropped after the test file.
 */
export async function createTestServices({ clock = createTestClock(), env = {} }: Options = {}): Promise<TestServices> {
  const fromTemplate = isOfTheTemplate(env) && clock.now() >= TEST_START
  const database = await createTestDatabase(fromTemplate ? 'tenant' : 'empty')
  const config = readConfig({ ...TEST_ENVIRONMENT, DATABASE_URL: database.url, ...env })
  const services = createNode(config, clock, createTestMailer())
  opened.push(async () => {
    await services.db.close()
    await database.drop()
  })
  if (!fromTemplate) await setUpTenant(backgroundContext(services))
  return services
}

/** Another process of the same tenant, on the same database; the mails of both are kept in one list. */
export async function openSecondNode({ config, clock, mailer }: TestServices): Promise<TestServices> {
  const services = createNode(config, clock, mailer)
  closeAfterFile(() => services.db.close())
  return services
}

function createNode(config: Config, clock: TestClock, mailer: TestMailer): TestServices {
  const log = createLog(config.logLevel)
  const passwords = createPasswords({ log, parameters: QUICK_HASH })
  const made = createServices(config, MIGRATIONS_FOLDER, { clock, mailer, log, passwords })
  return { ...made, clock, mailer, outbox: sentAtOnce(made.outbox) }
}

/** Something that has to be closed after the test file; the last is closed first. */
export const closeAfterFile = (close: () => Promise<void>): void => void opened.push(close)

/** Called after each test file. */
export async function closeTestServices(): Promise<void> {
  for (let close = opened.pop(); close; close = opened.pop()) await close()
}
