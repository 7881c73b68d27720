import { addTester } from '~/domain/apps/testers'
import { askForChange } from '~/domain/identities/asked-change'
import { linkIdentities } from '~/domain/identities/link-identities'
import * as linking from '~/routes/account._area.linking'
import * as testing from '~/routes/account._area.testing'
import { listSessionsOfUser } from '~db/queries/sessions'
import { findUser } from '~db/queries/users'
import { connect } from '~tests/account/provider-world'
import { obtainTokens } from '~tests/oauth/authorization-world'
import { createPortalApp, createThirdPartyClient, requireApp } from '~tests/support/fixtures'
import { createEndUser, createPartner, openVisitorOf, PASSWORD, signIn } from '~tests/support/people'
import { shownAt } from '~tests/support/shown-page'
import { another, aProvider, type Deeds, type Given, ONCE, type Stage } from './deed'
import { secondFactorDeeds } from './second-factor'

const someone = ({ world }: Stage) => createEndUser(world.services, { isVerified: true })

/** The same one until it is linked. */
async function notLinked(stage: Stage) {
  const { db } = stage.world.services
  const last = await stage.kept('other', async () => ({ person: await someone(stage) }))
  if (!(await findUser(db, last.person.user.userId))) last.person = await someone(stage)
  return last.person
}

async function otherSession({ world: { services }, doer }: Stage): Promise<Given> {
  await signIn(services, 'account', doer)
  const [session] = await listSessionsOfUser(services.db, doer.user.userId, services.clock.now())
  return { fields: { session_id: session?.id ?? '' } }
}

async function askedChange(stage: Stage): Promise<Given> {
  const { clientId } = await createThirdPartyClient(stage.world.services)
  const { userId: subject } = (await someone(stage)).user
  const { userId } = stage.doer.user
  const { id } = await askForChange(stage.world.services, { clientId, userId, change: 'link', subject })
  const search = `?request=${id}`
  const visitor = await openVisitorOf(stage.world.services, 'account', stage.doer)
  return { search, fields: await shownAt(visitor, linking, `/account/linking${search}`), about: clientId }
}

async function newPassword({ kept }: Stage): Promise<Given> {
  const own = await kept('password', async () => ({ current: PASSWORD }))
  const password = another('a long word of mine')
  const fields = { current_password: own.current, password }
  own.current = password
  return { fields }
}

/** What is done to the password, wherever it is changed. */
export const passwordDeed = {
  events: ['user.password-changed'],
  limit: { 'password-change': {}, 'sign-in': { current_password: 'not mine' } },
  given: newPassword,
} satisfies Deeds[string][string]

export const accountDeeds: Deeds = {
  'account._area._index': {
    'send-verification': {
      // A mail is sent and nothing has changed: the log has the proof, when it comes.
      events: [],
      limit: { mail: {}, 'mail-network': {}, 'mail-person': {} },
      given: async ({ world, kept }) => ({ by: await kept('unproven', () => createEndUser(world.services)) }),
    },
    'end-session': { events: ['user.signed-out'], limit: ONCE, given: otherSession },
    'end-other-sessions': { events: ['user.signed-out'], limit: ONCE, given: otherSession },
  },
  'account._area.apps._index': {
    revoke: {
      events: ['consent.revoked'],
      limit: ONCE,
      async given({ world, doer }) {
        const app = await createThirdPartyClient(world.services)
        await obtainTokens(world, app, {}, doer)
        return { fields: { client_id: app.clientId } }
      },
    },
  },
  'account._area.linking': {
    allow: { events: ['identity.change-allowed'], limit: ONCE, given: askedChange },
    deny: { events: ['identity.change-denied'], limit: ONCE, given: askedChange },
  },
  'account._area.testing': {
    accept: {
      events: ['app.tester-accepted'],
      limit: ONCE,
      async given({ world: { services }, doer }) {
        const partner = await createPartner(services)
        const { clientId } = await createPortalApp(partner)
        await addTester(partner.ctx, await requireApp(services, clientId), doer.email)
        const { search } = services.mailer.link(doer.email)
        const visitor = await openVisitorOf(services, 'account', doer)
        return { search, fields: await shownAt(visitor, testing, `/account/testing${search}`), about: clientId }
      },
    },
  },
  'account._area.security': {
    send: passwordDeed,
    ...secondFactorDeeds,
    'link-provider': {
      // The browser is sent to the provider: the log has what it comes back with.
      events: [],
      limit: { 'provider-login': {} },
      async given({ world, kept }) {
        const { name } = await kept('provider', () => connect(world.services, aProvider()))
        return { fields: { connection: name } }
      },
    },
    'link-account': {
      events: ['identity.linked'],
      limit: { 'identity-link': {}, 'sign-in': { link_password: 'not theirs' } },
      async given(stage) {
        const { email } = await notLinked(stage)
        const { userId } = (await someone(stage)).user
        return {
          fields: { email, link_password: PASSWORD },
          call: {
            by: 'tenant',
            method: 'POST',
            path: `/users/${encodeURIComponent(stage.doer.user.userId)}/identities`,
            body: { provider: 'auth0', user_id: userId.slice('auth0|'.length) },
          },
        }
      },
    },
    'unlink-identity': {
      events: ['identity.unlinked'],
      limit: ONCE,
      async given(stage) {
        const { userId } = (await someone(stage)).user
        await linkIdentities(stage.doer.ctx, stage.doer.user.userId, userId)
        return { fields: { provider: 'auth0', provider_user_id: userId.slice('auth0|'.length) } }
      },
    },
  },
}
