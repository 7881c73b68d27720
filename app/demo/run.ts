/** `npm run demo`: a tenant that can be clicked through, a sample app of a partner, and the API that it uses. */
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Config, readConfig } from '~/config'
import type { AppContext } from '~/context'
import { rotateClientSecret } from '~/domain/clients/client-secrets'
import { setUpTenant } from '~/domain/tenant/set-up'
import { systemClock } from '~/platform/clock'
import { DAY } from '~/platform/durations'
import { backgroundContext, createServices } from '~/services'
import { listApps } from '~db/queries/apps'
import { isSetUp, updateTenantSettings } from '~db/queries/tenant'
import { seedActivity } from './activity'
import { seedApi, seedApps } from './apps'
import { DEMO_PASSWORD, OWNERS, PARTNERS, seedOwners, seedPartners, seedPeople } from './people'
import { createSampleApi } from './sample-api'
import { createSampleApp } from './sample-app'

const projectFolder = join(import.meta.dirname, '../..')

process.env.ISSUER ??= 'http://localhost:3000/'
process.env.DATABASE_URL = 'file:data/demo/portal.db'
process.env.REQUIRE_MEMBER_MFA = 'false'

const config = readConfig(process.env)
const issuer = new URL(config.issuer)
const sampleAppPort = config.port + 1
const apiPort = config.port + 2
const sampleAppOrigin = `http://${issuer.hostname}:${sampleAppPort}`

if (process.argv.includes('--reset') && config.databasePath)
  rmSync(dirname(config.databasePath), { recursive: true, force: true })

const sample = await prepare(readConfig(process.env))
await createSampleApi(config.issuer).listen({ port: apiPort, host: '127.0.0.1' })
await createSampleApp({
  issuer: config.issuer,
  origin: sampleAppOrigin,
  apiOrigin: `http://127.0.0.1:${apiPort}`,
  ...sample,
}).listen({ port: sampleAppPort, host: '127.0.0.1' })

console.log(`The demo. Everybody's password is: ${DEMO_PASSWORD}
owners      ${OWNERS.map(({ email }) => email).join(', ')}
partners    ${PARTNERS.map(({ email }) => email).join(', ')}
people      user1@people.example … user50@people.example
sample app  ${sampleAppOrigin}   (of Northwind Analytics)
sample API  http://127.0.0.1:${apiPort}/trips`)

await import('../start.js')

/** Fills an empty tenant, and gives the sample app the secret that it starts with. */
async function prepare(config: Config): Promise<{ clientId: string; clientSecret: string }> {
  const time = { ago: 0 }
  const services = createServices(config, join(projectFolder, 'db/migrations'), {
    clock: { now: () => systemClock.now() - time.ago },
    mailer: { send: async () => {} },
  })
  const ctx = backgroundContext(services)
  try {
    if (!(await isSetUp(services.db)))
      await seed(ctx, (days) => {
        time.ago = days * DAY
      })
    const app = (await listApps(services.db, {}, 100)).find(({ client }) => client.name === 'Trip Insights')
    if (!app) throw new Error('the demo is damaged; make it again with: npm run demo -- --reset')
    const { secret } = await rotateClientSecret(ctx, app.client, 0, app.partner.id)
    return { clientId: app.client.clientId, clientSecret: secret }
  } finally {
    await services.db.close()
  }
}

async function seed(ctx: AppContext, daysAgo: (days: number) => void): Promise<void> {
  daysAgo(30)
  await setUpTenant(ctx)
  await ctx.db.run(updateTenantSettings({ friendlyName: 'travelbase', supportEmail: 'help@travelbase.example' }))
  const [owner] = await seedOwners(ctx)
  if (!owner) throw new Error('the demo has no owner')
  await seedApi(ctx)
  const makers = await seedPartners(ctx)
  const { users } = await seedPeople(ctx)
  const apps = await seedApps(ctx, makers, owner, sampleAppOrigin, daysAgo)
  await seedActivity(ctx, apps, users, daysAgo)
}
