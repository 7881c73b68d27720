import { join } from 'node:path'
import { readConfig } from '~/config'
import { setUpTenant } from '~/domain/tenant/set-up'
import { createLog } from '~/platform/log'
import { backgroundContext, createServices } from '~/services'
import { createTestClock } from './test-clock'
import { TEST_ENVIRONMENT } from './test-environment'
import { createTestMailer } from './test-mailer'

export const PROJECT_FOLDER = join(import.meta.dirname, '../..')
export const MIGRATIONS_FOLDER = join(PROJECT_FOLDER, 'db/migrations')

/**
 * Makes in an empty database what a first start makes. Tests get copies of it: generating an RSA key takes longer than
 * most tests.
 */
export async function createTenantTemplate(databaseUrl: string): Promise<void> {
  const services = createServices(readConfig({ ...TEST_ENVIRONMENT, DATABASE_URL: databaseUrl }), MIGRATIONS_FOLDER, {
    clock: createTestClock(),
    mailer: createTestMailer(),
    log: createLog('silent'),
  })
  await setUpTenant(backgroundContext(services))
  await services.db.close()
}
