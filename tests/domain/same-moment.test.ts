/**
 * Two nodes of the program at one database. What ends something is done by one of them in the middle of what the other
 * one begins with it: between its last look and its first write. Nothing that was ended is alive afterwards.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { findHalfWayAtPage } from '~/domain/authenticators/mfa-token'
import { deleteClient } from '~/domain/clients/delete-client'
import { updateClient } from '~/domain/clients/update-client'
import { changeConnection } from '~/domain/connections/update-connection'
import { openDeviceAuthorization } from '~/domain/grants/device-code'
import { revokeApp } from '~/domain/grants/revoke-app'
import { deleteAccount } from '~/domain/identities/delete-account'
import { linkIdentities } from '~/domain/identities/link-identities'
import { unlinkIdentity } from '~/domain/identities/unlink-identity'
import { suspendPartner } from '~/domain/moderation/suspend-partner'
import { DEVICE_GRANT } from '~/domain/policy/client-policy'
import { endSession } from '~/domain/sessions/end-sessions'
import { findSession } from '~/domain/sessions/sessions'
import { blockUser, unblockUser } from '~/domain/users/block-user'
import { updateUser } from '~/domain/users/update-user'
import { hashSecret } from '~/platform/secrets'
import * as signInPage from '~/routes/account.sign-in'
import { suspendClient } from '~db/queries/clients'
import { findConnection } from '~db/queries/connections'
import { findLoginTicket, listSessionsOfUser } from '~db/queries/sessions'
import { findUser, listIdentities } from '~db/queries/users'
import { enrol } from '~tests/support/authenticator'
import { visitorContext } from '~tests/support/context'
import {
  createFirstPartyClient,
  createPortalApp,
  createThirdPartyClient,
  type TestClient,
} from '~tests/support/fixtures'
import { createEndUser, createPartner, findOwner, PASSWORD, type Person } from '~tests/support/people'
import type { TestServices } from '~tests/support/services'
import { openVisitor } from '~tests/support/visitor'
import {
  CALLBACK,
  decide,
  obtainCode,
  obtainTokens,
  openBrowser,
  redeem,
  refresh,
  userinfo,
  type World,
} from '../oauth/authorization-world'
import { openTwoNodes, type TwoNodes } from './two-nodes'

const REALM = 'http://auth0.com/oauth/grant-type/password-realm'
const DIRECTORY = 'Username-Password-Authentication'
const SCOPE = 'openid email offline_access'

type Stage = { client: TestClient; person: Person }
/** Whether what was begun, if it was, is worth something at the other node. */
type IsAlive = () => Promise<boolean>

let nodes: TwoNodes
let world: World
let here: TestServices
let there: TestServices
let elsewhere: World

beforeAll(async () => {
  nodes = await openTwoNodes()
  ;({ world, here, there, elsewhere } = nodes)
})

const holds = async (status: number, json: Record<string, unknown>) =>
  status === 200 && (await userinfo(elsewhere, json as { access_token: string })).status === 200

const passwordOf = ({ person }: Stage) => ({
  grant_type: REALM,
  realm: DIRECTORY,
  username: person.email,
  password: PASSWORD,
  scope: SCOPE,
})

/** What is begun, up to its last request; that is made afterwards, and says whether it came to something. */
const BEGUN: Record<string, (stage: Stage) => Promise<() => Promise<IsAlive>>> = {
  async 'a sign-in'({ person }) {
    const visitor = openVisitor(here)
    return async () => {
      await visitor.send(signInPage, '/account/sign-in', { username: person.email, password: PASSWORD })
      return async () =>
        (await findSession(visitorContext(there, { cookies: visitor.cookies }), 'account')) !== undefined
    }
  },
  async 'a sign-in that waits for its second factor'({ person }) {
    await enrol(here, person)
    const visitor = openVisitor(here)
    return async () => {
      await visitor.send(signInPage, '/account/sign-in', { username: person.email, password: PASSWORD })
      const token = visitor.cookies.second_factor
      return async () => (await findHalfWayAtPage(visitorContext(there), token)) !== undefined
    }
  },
  async 'a ticket of an embedded sign-in'({ client, person }) {
    const origin = new URL(CALLBACK).origin
    const given = {
      client_id: client.clientId,
      credential_type: REALM,
      realm: DIRECTORY,
      username: person.email,
      password: PASSWORD,
    }
    return async () => {
      const answer = await world.machine.sendJson('POST', '/co/authenticate', given, { headers: { origin } })
      const { login_ticket } = answer.json
      return async () =>
        login_ticket !== undefined &&
        (await findLoginTicket(there.db, hashSecret(String(login_ticket)), there.clock.now())) !== undefined
    }
  },
  async 'tokens for a password'(stage) {
    return async () => {
      const { status, json } = await world.machine.token(passwordOf(stage), stage.client)
      return () => holds(status, json)
    }
  },
  async 'tokens for a code'({ client, person }) {
    const code = await obtainCode(world, client, { scope: SCOPE }, person)
    return async () => {
      const { status, json } = await redeem(world, client, code)
      return () => holds(status, json)
    }
  },
  async 'tokens for a refresh token'({ client, person }) {
    const tokens = await obtainTokens(world, client, { scope: SCOPE }, person)
    return async () => {
      const { status, json } = await refresh(world, client, tokens.refresh_token)
      return () => holds(status, json)
    }
  },
  async 'tokens for a device code'({ client, person }) {
    const begun = await world.machine.postForm('/oauth/device/code', { scope: SCOPE }, { client })
    const { device_code = '', user_code = '' } = begun.json as Record<string, string>
    const browser = await openBrowser(world, person)
    const id = await openDeviceAuthorization(visitorContext(here, { cookies: browser.cookies }), user_code)
    const asked = await browser.get(`/authorize/resume?request=${id}`)
    if (asked.header('location')?.startsWith('/u/consent')) await decide(world, browser, id, SCOPE.split(' '))
    return async () => {
      const { status, json } = await world.machine.token({ grant_type: DEVICE_GRANT, device_code }, client)
      return () => holds(status, json)
    }
  },
}

type End = {
  prepare?: (stage: Stage) => Promise<void>
  by: (stage: Stage) => Promise<unknown>
  of: string[]
  undo?: (stage: Stage) => Promise<unknown>
}
const PERSONAL = Object.keys(BEGUN)
const OF_APPS = ['tokens for a code', 'tokens for a refresh token', 'tokens for a device code']
const owner = async () => (await findOwner(there)).ctx
const today = async ({ person }: Stage) => (await findUser(there.db, person.user.userId)) ?? person.user

async function setActive({ person }: Stage, isActive: boolean): Promise<void> {
  const connection = await findConnection(there.db, person.connectionId)
  if (connection) await changeConnection(await owner(), connection, { isActive })
}

/** What ends all that a person or an app has, and of which of the above it is the end. */
const ENDS: Record<string, End> = {
  'nothing at all': { by: async () => {}, of: [] },
  'another password': {
    by: async (stage) => updateUser(await owner(), await today(stage), { password: 'another one, quite long 7' }),
    of: PERSONAL,
  },
  'a block': { by: async ({ person }) => blockUser(await owner(), person.user.userId), of: PERSONAL },
  'a block that is lifted again': {
    async by({ person }) {
      await blockUser(await owner(), person.user.userId)
      await unblockUser(await owner(), person.user.userId)
    },
    of: PERSONAL,
  },
  'the deletion of the account': {
    by: async (stage) => deleteAccount(await owner(), await today(stage)),
    of: PERSONAL,
  },
  'the end of their sessions, with what apps got there': {
    async by({ person }) {
      for (const session of await listSessionsOfUser(there.db, person.user.userId, there.clock.now()))
        await endSession(await owner(), session, { tokens: 'revoked' })
    },
    of: ['tokens for a code', 'tokens for a refresh token'],
  },
  'the end of the connection': {
    by: (stage) => setActive(stage, false),
    of: ['a sign-in', 'tokens for a password', 'tokens for a code', 'tokens for a refresh token'],
    undo: (stage) => setActive(stage, true),
  },
  'the revocation of the app': {
    by: ({ client, person }) => revokeApp({ ...person.ctx, db: there.db }, person.user.userId, client.clientId),
    of: OF_APPS,
  },
  'the unlinking of the identity by which they sign in': {
    async prepare(stage) {
      const main = await createEndUser(here, { isVerified: true })
      await linkIdentities(main.ctx, main.user.userId, stage.person.user.userId)
      stage.person = { ...main, email: stage.person.email }
    },
    async by({ person }) {
      const [, linked] = await listIdentities(there.db, { userId: person.user.userId })
      if (linked) await unlinkIdentity(await owner(), person.user.userId, linked.provider, linked.providerUserId)
    },
    of: PERSONAL,
  },
  'the suspension of the app': {
    by: async ({ client }) => there.db.run(suspendClient({ clientId: client.clientId, at: there.clock.now() })),
    of: OF_APPS,
  },
  'the change of a first party’s app to one of others': {
    by: async ({ client }) => updateClient(await owner(), client.client, { isFirstParty: false }),
    of: OF_APPS,
  },
  'the deletion of the app': { by: async ({ client }) => deleteClient(await owner(), client.client), of: OF_APPS },
}

const GRANTS = ['authorization_code', 'refresh_token', DEVICE_GRANT, REALM]
const isOfApp = (end: string) => end.endsWith('of the app')

describe.each(Object.entries(ENDS))('%s', (name, { prepare, by, of, undo }) => {
  it.each(Object.keys(BEGUN).filter((what) => of.length === 0 || of.includes(what)))(
    'in the middle of %s',
    async (what) => {
      // Consents are those of apps of others; passwords are sent by the tenant's own.
      const create = isOfApp(name) ? createThirdPartyClient : createFirstPartyClient
      const client = await create(here, {
        grantTypes: GRANTS,
        ...(isOfApp(name) ? {} : { crossOriginAuthentication: true, allowedOrigins: [new URL(CALLBACK).origin] }),
      })
      const stage: Stage = { client, person: await createEndUser(here, { isVerified: true }) }
      await prepare?.(stage)
      const finish = await BEGUN[what]?.(stage)
      const isAlive = await nodes.inTheMiddle(
        () => by(stage),
        async () => finish?.(),
      )
      const wasAlive = await isAlive?.()
      await undo?.(stage)
      expect(wasAlive).toBe(of.length === 0)
    },
  )
})

it('an app that is made in the middle of the suspension of its organization is not made', async () => {
  const partner = await createPartner(here)
  const making = nodes.inTheMiddle(
    async () => suspendPartner(await owner(), partner.partner.id, 'It sells addresses.'),
    () => createPortalApp(partner),
  )
  await expect(making).rejects.toThrow('suspended')
})
