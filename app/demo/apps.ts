import type { AppContext } from '~/context'
import { createApp } from '~/domain/apps/create-app'
import { editApp } from '~/domain/apps/edit-app'
import { newManifest } from '~/domain/apps/manifest'
import { submitVersion } from '~/domain/apps/submit-version'
import { acceptInvitation, addTester } from '~/domain/apps/testers'
import { decideReview } from '~/domain/moderation/decide-review'
import type { Decision } from '~/domain/moderation/review-fields'
import { seenSubmission } from '~/domain/moderation/seen-submission'
import { suspendApp } from '~/domain/moderation/suspend-app'
import { createResourceServer } from '~/domain/resource-servers/create-resource-server'
import { userinfoAudience } from '~/domain/resource-servers/userinfo'
import { type AppDetails, type AppManifest, findApp } from '~db/queries/apps'
import type { AppType } from '~db/queries/clients'
import type { Partner } from '~db/queries/partners'
import type { User } from '~db/queries/users'
import { as, type DaysAgo } from './people'

export const TRIPS_API = 'https://api.travelbase.example/'

type Maker = { partner: Partner; user: User }

export async function seedApi(ctx: AppContext): Promise<void> {
  const scope = (value: string, description: string, sensitivity: 'basic' | 'sensitive' | 'restricted') => ({
    value,
    description,
    sensitivity,
  })
  await createResourceServer(ctx, {
    name: 'Trips API',
    identifier: TRIPS_API,
    description: 'Trips, places and payments of travelbase customers.',
    allowOfflineAccess: true,
    openToPartners: true,
    scopes: [
      scope('read:places', 'See places that travelbase knows', 'basic'),
      scope('read:trips', 'See your trips', 'basic'),
      scope('create:trips', 'Plan new trips for you', 'basic'),
      scope('update:trips', 'Change your trips', 'sensitive'),
      scope('delete:trips', 'Cancel your trips', 'sensitive'),
      scope('read:travelers', 'See the people you travel with', 'sensitive'),
      scope('read:payments', 'See what you paid', 'restricted'),
      scope('create:payments', 'Pay in your name', 'restricted'),
    ],
  })
}

type Plan = {
  maker: number
  appType: AppType
  manifest: Pick<AppManifest, 'name' | 'description' | 'callbacks'>
  scopes: [scope: string, reason: string, required?: boolean][]
  /** Days ago. */
  createdAt: number
  note?: string
  decision?: { decision: Decision; message: string; suspendedBecause?: string }
  testers?: string[]
}

const plans = (sampleAppOrigin: string): Plan[] => [
  {
    maker: 0,
    appType: 'regular_web',
    manifest: {
      name: 'Trip Insights',
      description: 'Shows where your travel budget goes.',
      callbacks: [`${sampleAppOrigin}/callback`],
    },
    scopes: [
      ['profile', 'We greet you by your name in your dashboard.'],
      ['email', 'We send the monthly report to this address.'],
      ['offline_access', 'The report is made at night, when you are not there.'],
      ['read:trips', 'The dashboard is made of your trips.', true],
      ['read:payments', 'We compare what you paid with what others paid.'],
    ],
    createdAt: 29,
    note: 'First version, the same that we showed at the partner day.',
    decision: { decision: 'approve', message: 'Thank you for the clear reasons.' },
  },
  {
    maker: 0,
    appType: 'native',
    manifest: {
      name: 'Trip Insights Mobile',
      description: 'Your travel budget on the go.',
      callbacks: ['com.northwind.insights:/callback', 'http://127.0.0.1/callback'],
    },
    scopes: [
      ['profile', 'We greet you by your name in the app.'],
      ['read:trips', 'The app shows your next trips.', true],
    ],
    createdAt: 24,
    decision: { decision: 'approve', message: '' },
  },
  {
    maker: 1,
    appType: 'spa',
    manifest: {
      name: 'Fjord Planner',
      description: 'Plan a week in the fjords.',
      callbacks: ['https://planner.fjordtravel.example/signed-in'],
    },
    scopes: [
      ['profile', 'We show whose plan it is.'],
      ['read:trips', 'We avoid days on which you travel already.', true],
      ['create:trips', 'A finished plan becomes a trip of yours.'],
    ],
    createdAt: 6,
    note: 'We would like to be live before the season starts.',
  },
  {
    maker: 1,
    appType: 'non_interactive',
    manifest: { name: 'Fjord Sync', description: 'Keeps our catalogue of places current.', callbacks: [] },
    scopes: [['read:places', 'Every night we take over new places.', true]],
    createdAt: 20,
    decision: { decision: 'approve', message: 'Places are public anyway.' },
  },
  {
    maker: 2,
    appType: 'regular_web',
    manifest: {
      name: 'Harbor Chat',
      description: 'Ask anything about your next trip.',
      callbacks: ['https://chat.blueharbor.example/callback'],
    },
    scopes: [
      ['read:trips', 'The assistant answers questions about your trips.', true],
      ['create:payments', 'The assistant may book for you, we think.'],
    ],
    createdAt: 10,
    decision: {
      decision: 'request_changes',
      message: 'Please say what the assistant pays for, and who confirms a payment before it is made.',
    },
  },
  {
    maker: 2,
    appType: 'spa',
    manifest: {
      name: 'Harbor Bot',
      description: 'Collects travel data for research.',
      callbacks: ['https://bot.blueharbor.example/callback'],
    },
    scopes: [['read:travelers', 'We study who travels with whom.', true]],
    createdAt: 15,
    decision: {
      decision: 'reject',
      message: 'Data about fellow travelers cannot be used for research without their own consent.',
    },
  },
  {
    maker: 2,
    appType: 'spa',
    manifest: {
      name: 'Harbor Beta',
      description: 'Try-outs of our team.',
      callbacks: ['http://localhost:5173/callback'],
    },
    scopes: [['profile', 'We show your name in the corner.']],
    createdAt: 2,
    testers: ['user1@people.example', 'user2@people.example'],
  },
  {
    maker: 1,
    appType: 'regular_web',
    manifest: {
      name: 'Fjord Legacy',
      description: 'The planner of last year.',
      callbacks: ['https://legacy.fjordtravel.example/callback'],
    },
    scopes: [['read:trips', 'We show your trips beside our offers.', true]],
    createdAt: 27,
    decision: {
      decision: 'approve',
      message: '',
      suspendedBecause: 'The site’s certificate has expired and nobody answers our mails.',
    },
  },
]

/** Apps in every state that there is, made and moderated the way people do it. */
export async function seedApps(
  ctx: AppContext,
  makers: Maker[],
  owner: User,
  people: User[],
  sampleAppOrigin: string,
  daysAgo: DaysAgo,
): Promise<AppDetails[]> {
  const found: AppDetails[] = []
  for (const plan of plans(sampleAppOrigin)) {
    const maker = makers[plan.maker]
    if (!maker) throw new Error(`there is no partner ${plan.maker}`)
    found.push(await seedApp(ctx, maker, owner, people, plan, daysAgo))
  }
  await proposeChange(ctx, found, makers, daysAgo)
  daysAgo(0)
  return found
}

async function seedApp(
  ctx: AppContext,
  { partner, user }: Maker,
  owner: User,
  people: User[],
  plan: Plan,
  daysAgo: DaysAgo,
): Promise<AppDetails> {
  daysAgo(plan.createdAt)
  const userinfo = userinfoAudience(ctx.config.issuer)
  const scopeRequests = plan.scopes.map(([scope, reason, required = false]) => ({
    audience: scope.includes(':') ? TRIPS_API : userinfo,
    scope,
    reason,
    required,
  }))
  const manifest = newManifest({
    ...plan.manifest,
    homepageUri: `https://${new URL(`mailto:${user.email}`).pathname.split('@')[1]}/`,
    scopeRequests,
  })
  const { client } = await createApp(as(ctx, user), partner, { appType: plan.appType, manifest })
  const details = () => requireApp(ctx, client.clientId)
  for (const email of plan.testers ?? []) {
    await addTester(as(ctx, user), await details(), email)
    const tester = people.find((person) => person.email === email)
    if (tester) await acceptInvitation(as(ctx, tester), { client, partner }, tester)
  }
  if (plan.note === undefined && !plan.decision) return details()
  daysAgo(plan.createdAt - 1)
  await submitVersion(as(ctx, user), await details(), plan.note ?? '')
  const { proposed } = await details()
  if (!plan.decision || !proposed) return details()
  daysAgo(plan.createdAt - 2)
  const seen = await seenSubmission(ctx, await details(), proposed)
  await decideReview(as(ctx, owner), proposed.id, { ...plan.decision, seen })
  if (plan.decision.suspendedBecause) {
    daysAgo(4)
    await suspendApp(as(ctx, owner), client.clientId, plan.decision.suspendedBecause)
  }
  return details()
}

/** A live app with a change that waits for a review, so that the queue shows a difference. */
async function proposeChange(ctx: AppContext, found: AppDetails[], makers: Maker[], daysAgo: DaysAgo): Promise<void> {
  const mobile = found.find(({ client }) => client.name === 'Trip Insights Mobile')
  const [maker] = makers
  if (!mobile?.live || !maker) return
  const { manifest } = mobile.live
  daysAgo(3)
  await editApp(as(ctx, maker.user), mobile, {
    ...manifest,
    description: 'Your travel budget on the go, now with a widget.',
    scopeRequests: [
      ...manifest.scopeRequests,
      {
        audience: TRIPS_API,
        scope: 'update:trips',
        reason: 'The widget lets you move a trip by a day.',
        required: false,
      },
    ],
  })
  await submitVersion(
    as(ctx, maker.user),
    await requireApp(ctx, mobile.client.clientId),
    'Adds the widget that many of you asked for.',
  )
}

async function requireApp(ctx: AppContext, clientId: string): Promise<AppDetails> {
  const details = await findApp(ctx.db, clientId)
  if (!details) throw new Error(`the app ${clientId} is not there`)
  return details
}
