/** What is deleted or ended at one node, in the middle of what another one makes of it, or changes about it. */
import { generateKeyPairSync } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { acceptTesting, addTester, removeTester } from '~/domain/apps/testers'
import { createClientGrant, deleteClientGrant, updateClientGrant } from '~/domain/clients/client-grants'
import { retireClientSecret, rotateClientSecret } from '~/domain/clients/client-secrets'
import { addClientKey, changeClientKey, removeClientKey } from '~/domain/clients/registered-keys'
import { linkIdentities } from '~/domain/identities/link-identities'
import { deleteResourceServer } from '~/domain/resource-servers/delete-resource-server'
import { updateResourceServer } from '~/domain/resource-servers/update-resource-server'
import { proveEmail } from '~/domain/users/prove-email'
import { also } from '~db/database'
import { findClientGrant } from '~db/queries/client-grants'
import { listClientKeys } from '~db/queries/client-keys'
import { listLiveClientSecrets } from '~db/queries/client-secrets'
import { findResourceServer } from '~db/queries/resource-servers'
import { findUser, listIdentities, updateUser } from '~db/queries/users'
import {
  createApi,
  createFirstPartyClient,
  createPortalApp,
  createThirdPartyClient,
  requireApp,
  type TestClient,
} from '~tests/support/fixtures'
import { createEndUser, createPartner, findOwner } from '~tests/support/people'
import { linkIn } from '~tests/support/test-mailer'
import {
  answerOf,
  authorizeParams,
  decide,
  newPkce,
  obtainCode,
  obtainTokens,
  openBrowser,
  pendingId,
  redeem,
  refresh,
} from '../oauth/authorization-world'
import { openTwoNodes, type TwoNodes } from './two-nodes'

let nodes: TwoNodes
beforeAll(async () => {
  nodes = await openTwoNodes()
})

const owner = async () => (await findOwner(nodes.there)).ctx
const newPerson = () => createEndUser(nodes.here, { isVerified: true })

describe('an API that is deleted, and later made again under its identifier, inherits nothing', () => {
  const SCOPE = 'openid offline_access read:items'
  let identifier: string
  let number = 0

  const make = () => createApi(nodes.there, { identifier })
  const remove = async () => {
    const api = await findResourceServer(nodes.there.db, identifier)
    if (api) await deleteResourceServer(await owner(), api)
  }
  const makeAgain = async () => {
    nodes.here.clock.advance(1)
    await make()
  }
  const newApi = async () => {
    number += 1
    identifier = `https://api-${number}.example.com/`
    await make()
  }

  const refreshThere = async (client: TestClient, token: string) => (await refresh(nodes.elsewhere, client, token)).json

  it('of a consent that is given in the middle', async () => {
    await newApi()
    const [client, person] = [await createThirdPartyClient(nodes.here), await newPerson()]
    const browser = await openBrowser(nodes.world, person)
    const params = (given = {}) =>
      authorizeParams(client, { code_challenge: newPkce().challenge, audience: identifier, scope: SCOPE, ...given })
    const id = pendingId(await browser.authorize(params()), 'consent')
    await nodes.inTheMiddle(remove, () => decide(nodes.world, browser, id, SCOPE.split(' ')))
    await makeAgain()
    expect(answerOf(await browser.authorize(params({ prompt: 'none' })))).toMatchObject({ error: 'consent_required' })
  })

  it.each(['a code', 'a refresh token'])('of tokens that are given for %s in the middle', async (kind) => {
    await newApi()
    const [client, person] = [await createThirdPartyClient(nodes.here), await newPerson()]
    const given = { audience: identifier, scope: SCOPE }
    const begin =
      kind === 'a code'
        ? redeem.bind(undefined, nodes.world, client, await obtainCode(nodes.world, client, given, person))
        : refresh.bind(
            undefined,
            nodes.world,
            client,
            (await obtainTokens(nodes.world, client, given, person)).refresh_token,
          )
    const { json } = await nodes.inTheMiddle(remove, () => begin())
    await makeAgain()
    const outcome = json.refresh_token === undefined ? json : await refreshThere(client, String(json.refresh_token))
    expect(outcome).toMatchObject({ error: 'invalid_grant' })
  })

  it('of a client grant that is made in the middle', async () => {
    await newApi()
    const { clientId } = await createThirdPartyClient(nodes.here, { grantTypes: ['client_credentials'] })
    const key = { clientId, audience: identifier, subjectType: 'client' as const }
    const { ctx } = await findOwner(nodes.here)
    const making = nodes.inTheMiddle(remove, () => createClientGrant(ctx, { ...key, scope: ['read:items'] }))
    await expect(making).rejects.toThrow('does not exist')
    await makeAgain()
    expect(await findClientGrant(nodes.there.db, key)).toBeUndefined()
  })
})

it('a scope that an API has lost in the middle of its consent counts no more when it is made again', async () => {
  const identifier = 'https://fewer.example.com/'
  const api = await createApi(nodes.there, { identifier })
  const [client, person] = [await createThirdPartyClient(nodes.here), await newPerson()]
  const browser = await openBrowser(nodes.world, person)
  const scope = 'openid read:items write:items'
  const params = (given = {}) =>
    authorizeParams(client, { code_challenge: newPkce().challenge, audience: identifier, scope, ...given })
  const id = pendingId(await browser.authorize(params()), 'consent')
  const [read, write] = [
    { value: 'read:items', description: 'Read', sensitivity: 'basic' as const },
    { value: 'write:items', description: 'Write', sensitivity: 'basic' as const },
  ]
  await nodes.inTheMiddle(
    async () => updateResourceServer(await owner(), api, { scopes: [read] }),
    () => decide(nodes.world, browser, id, scope.split(' ')),
  )
  nodes.here.clock.advance(1)
  await updateResourceServer(await owner(), api, { scopes: [read, write] })
  expect(answerOf(await browser.authorize(params({ prompt: 'none' })))).toMatchObject({ error: 'consent_required' })
})

it('a client grant that is deleted in the middle of its change stays deleted', async () => {
  const identifier = 'https://granted.example.com/'
  await createApi(nodes.there, { identifier })
  const { clientId } = await createThirdPartyClient(nodes.here, { grantTypes: ['client_credentials'] })
  const key = { clientId, audience: identifier, subjectType: 'client' as const }
  const { ctx } = await findOwner(nodes.here)
  const grant = await createClientGrant(ctx, { ...key, scope: ['read:items'] })
  const changing = nodes.inTheMiddle(
    async () => deleteClientGrant(await owner(), grant),
    () => updateClientGrant(ctx, grant, ['read:items', 'write:items']),
  )
  await expect(changing).rejects.toThrow('does not exist')
  expect(await findClientGrant(nodes.there.db, key)).toBeUndefined()
})

it('a tester who is taken off in the middle of their yes is none', async () => {
  const maker = await createPartner(nodes.here)
  const details = await requireApp(nodes.here, (await createPortalApp(maker)).clientId)
  const person = await newPerson()
  await addTester(maker.ctx, details, person.email)
  const ticket = linkIn(nodes.here.mailer.last(person.email)).searchParams.get('ticket') ?? ''
  const accepting = nodes.inTheMiddle(
    () => removeTester({ ...maker.ctx, db: nodes.there.db }, details, person.email),
    () => acceptTesting(person.ctx, person.user, ticket),
  )
  await expect(accepting).rejects.toThrow('taken back')
})

it('a key that is removed in the middle of its change stays removed', async () => {
  const { client, clientId } = await createFirstPartyClient(nodes.here)
  const { ctx } = await findOwner(nodes.here)
  const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' })
  const key = await addClientKey(ctx, client, { name: 'First', pem: String(pem) })
  const changing = nodes.inTheMiddle(
    async () => removeClientKey(await owner(), client, key),
    () => changeClientKey(ctx, client, key, null),
  )
  await expect(changing).rejects.toThrow('does not exist')
  expect(await listClientKeys(nodes.there.db, { clientId })).toEqual([])
})

describe('a secret', () => {
  const live = (clientId: string) =>
    listLiveClientSecrets(nodes.there.db, { clientId, now: nodes.there.clock.now() }).then((rows) =>
      rows.map(({ id }) => id),
    )

  it('that is retired in the middle of a rotation with an overlap is alive no more', async () => {
    const { client, clientId } = await createFirstPartyClient(nodes.here)
    const { ctx } = await findOwner(nodes.here)
    const [first = ''] = await live(clientId)
    await rotateClientSecret(ctx, client, { overlapHours: 24 })
    await nodes.inTheMiddle(
      async () => retireClientSecret(await owner(), client, first),
      () => rotateClientSecret(ctx, client, { overlapHours: 24 }),
    )
    const now = await live(clientId)
    expect(now).toHaveLength(2)
    expect(now).not.toContain(first)
  })

  it('that was seen as the newest and is replaced in the middle is not replaced once more', async () => {
    const { client, clientId } = await createFirstPartyClient(nodes.here)
    const { ctx } = await findOwner(nodes.here)
    const [seen = ''] = await live(clientId)
    const rotating = nodes.inTheMiddle(
      async () => rotateClientSecret(await owner(), client, { overlapHours: 24, seen }),
      () => rotateClientSecret(ctx, client, { overlapHours: 0, seen }),
    )
    await expect(rotating).rejects.toThrow('rotated since')
    const now = await live(clientId)
    expect(now).toHaveLength(2)
    expect(now).toContain(seen)
  })

  it('that becomes the newest in the middle of its end is not ended', async () => {
    const { client, clientId } = await createFirstPartyClient(nodes.here)
    const { ctx } = await findOwner(nodes.here)
    const [only = ''] = await live(clientId)
    await expect(retireClientSecret(ctx, client, only)).rejects.toThrow('is the newest')
    const ending = nodes.inTheMiddle(
      async () => rotateClientSecret(await owner(), client, { overlapHours: 24 }),
      () => retireClientSecret(ctx, client, only),
    )
    await ending
    expect(await live(clientId)).toHaveLength(1)
  })
})

it('nothing is linked to an account that is somebody else’s since, by another address', async () => {
  const [first, second] = [await newPerson(), await newPerson()]
  const linking = nodes.inTheMiddle(
    async () => {
      const change = { email: `stranger.${first.email}`, emailVerified: false }
      await nodes.there.db.run(updateUser(first.user.userId, change))
      const unproven = await findUser(nodes.there.db, first.user.userId)
      if (!unproven) throw new Error('the account is gone')
      const proved = proveEmail(await owner(), unproven, 'stranger')
      await nodes.there.db.atomically([...proved.steps, also(updateUser(first.user.userId, proved.change))])
      await nodes.there.db.run(updateUser(first.user.userId, change))
    },
    () => linkIdentities(first.ctx, first.user.userId, second.user.userId),
  )
  await expect(linking).rejects.toThrow('changed meanwhile')
  expect(await listIdentities(nodes.there.db, { userId: second.user.userId })).toHaveLength(1)
})
