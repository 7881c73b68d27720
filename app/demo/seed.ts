import type { Config } from '~/config'
import type { AppContext } from '~/context'
import { rotateClientSecret } from '~/domain/clients/client-secrets'
import { setUpTenant } from '~/domain/tenant/set-up'
import { createWebhook, updateWebhook } from '~/domain/webhooks/webhooks'
import { systemClock } from '~/platform/clock'
import { DAY } from '~/platform/durations'
import { createLog } from '~/platform/log'
import type { Mail } from '~/platform/mailer'
import { backgroundContext, createServices } from '~/services'
import { listApps } from '~db/queries/apps'
import { isSetUp, updateTenantSettings } from '~db/queries/tenant'
import { seedActivity } from './activity'
import { seedApi, seedApps } from './apps'
import { type DaysAgo, seedOwners, seedPartners, seedPeople, seedTeams } from './people'

/** Fills an empty tenant, and gives the sample app the secret that it starts with. */
export async function prepareDemo(
  config: Config,
  migrationsFolder: string,
  sampleAppOrigin: string,
): Promise<{ clientId: string; clientSecret: string }> {
  const time = { ago: 0 }
  const mails = new Map<string, Mail>()
  const services = createServices(config, migrationsFolder, {
    clock: { ...systemClock, now: () => systemClock.now() - time.ago },
    // Its people and their mails are made up: nothing of that has happened.
    log: createLog('error'),
    mailer: { send: async (mail) => void mails.set(mail.to, mail), verify: async () => {} },
  })
  const ctx = backgroundContext(services)
  try {
    if (!(await isSetUp(services.db)))
      await seed(ctx, {
        sampleAppOrigin,
        daysAgo: (days) => {
          time.ago = days * DAY
        },
        async linkTo(email) {
          await services.outbox.idle()
          return new URL(/http\S+/.exec(mails.get(email)?.text ?? '')?.[0] ?? '')
        },
      })
    const app = (await listApps(services.db, {}, 100)).find(({ client }) => client.name === 'Trip Insights')
    if (!app) throw new Error('the demo is damaged; make it again with: npm run demo -- --reset')
    const { secret } = await rotateClientSecret(ctx, app.client, { overlapHours: 0, partnerId: app.partner.id })
    return { clientId: app.client.clientId, clientSecret: secret }
  } finally {
    await services.outbox.idle()
    await services.db.close()
  }
}

type Seeding = {
  sampleAppOrigin: string
  daysAgo: DaysAgo
  /** In the last mail to an address. */
  linkTo(email: string): Promise<URL>
}

async function seed(ctx: AppContext, { sampleAppOrigin, daysAgo, linkTo }: Seeding): Promise<void> {
  daysAgo(30)
  await setUpTenant(ctx)
  await ctx.db.run(updateTenantSettings({ friendlyName: 'travelbase', supportEmail: 'help@travelbase.example' }))
  const [owner] = await seedOwners(ctx)
  if (!owner) throw new Error('the demo has no owner')
  await seedApi(ctx)
  const makers = await seedPartners(ctx)
  const [maker] = makers
  if (!maker) throw new Error('the demo has no partner')
  const { users } = await seedPeople(ctx, daysAgo)
  const apps = await seedApps(ctx, makers, owner, users, sampleAppOrigin, daysAgo)
  await seedActivity(ctx, apps, users, daysAgo)
  daysAgo(2)
  await seedTeams(ctx, { owner, maker, linkTo })
  daysAgo(0)
  await seedWebhook(ctx)
}

/** One that is paused: there is no server behind its address. */
async function seedWebhook(ctx: AppContext): Promise<void> {
  const { webhook } = await createWebhook(ctx, {
    name: 'Review desk',
    url: 'https://hooks.travelbase.example/reviews',
    events: ['app.submitted', 'app.withdrawn', 'partner.signed-up'],
  })
  await updateWebhook(ctx, webhook, { status: 'paused' })
}
