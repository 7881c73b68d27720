import { join } from 'node:path'
import { readConfig } from '~/config'
import { setUpTenant } from '~/domain/tenant/set-up'
import { SECOND } from '~/platform/durations'
import { createLog } from '~/platform/log'
import { createPasswords } from '~/platform/passwords'
import { backgroundContext, createServices } from '~/services'
import { createTestClock, TEST_START } from './test-clock'
import { QUICK_HASH, TEST_ENVIRONMENT } from './test-environment'
import { createTestMailer } from './test-mailer'

export const PROJECT_FOLDER = join(import.meta.dirname, '../..')
export const MIGRATIONS_FOLDER = join(PROJECT_FOLDER, 'db/migrations')

/** Before any test begins, so that what a test does sorts behind what is in its database. */
export const TENANT_SET_UP_AT = TEST_START - SECOND

/**
 * Makes in an empty database what a first start makes. Tests get copies of it: generating an RSA key takes longer than
 * most tests.
 */
export async function createTenantTemplate(databaseUrl: string): Promise<void> {
  const log = createLog('silent')
  const services = createServices(readConfig({ ...TEST_ENVIRONMENT, DATABASE_URL: databaseUrl }), MIGRATIONS_FOLDER, {
    clock: createTestClock(TENANT_SET_UP_AT),
    mailer: createTestMailer(),
    passwords: createPasswords({ log, parameters: QUICK_HASH }),
    log,
  })
  await setUpTenant(backgroundContext(services))
  await services.db.close()
}
