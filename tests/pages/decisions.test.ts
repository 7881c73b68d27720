/**
 * What is decided is what was seen: where others have changed what a page has shown, its button does nothing, and the page
 * is shown again. The consent page and decisions by the Management API have tests of their own.
 */
import { beforeAll, expect, it } from 'vitest'
import { rotateClientSecret } from '~/domain/clients/client-secrets'
import { updateClient } from '~db/queries/clients'
import { updatePartner } from '~db/queries/partners'
import { createManagementWorld, type ManagementWorld } from '~tests/management/management-world'
import { acts, deedOf, openForm, openStage } from './deeds/stage'

type Change = (about: string) => Promise<unknown>

const anotherName: Change = (clientId) =>
  world.services.db.run(updateClient(clientId, { name: 'Bank of Alice', updatedAt: world.services.clock.now() + 1 }))
const anotherOrganization: Change = (partnerId) =>
  world.services.db.run(updatePartner(partnerId, { name: 'Bank of Alice' }))
const anotherSecret: Change = (clientId) =>
  rotateClientSecret(world.user.ctx, { clientId, name: 'Prints' }, { overlapHours: 24 })

/** What is another by the time the button is pressed. */
const ON_WHAT_IS_SHOWN: Record<string, Change> = {
  'admin._area.apps.$client_id approve': anotherName,
  'admin._area.reviews.$id send': anotherOrganization,
  'admin._area.settings_.programs rotate': anotherSecret,
  'account._area.linking allow': anotherName,
  'account._area.testing accept': anotherName,
  'portal._app.apps_.$clientId rotate-secret': anotherSecret,
  'portal._app.apps_.$clientId_.credentials rotate-secret': anotherSecret,
  'portal._app.organization rotate-api-client': anotherSecret,
}

/** Acts that decide on nothing that others could have changed meanwhile. */
const ON_ITSELF: Record<string, string[]> = {
  'the form holds all that is done': [
    'admin._area.apis.$id: save',
    'admin._area.apis.new: send',
    'admin._area.apps.$client_id: set-mode set-pkce',
    'admin._area.partners.$id: invite rename',
    'admin._area.settings: save',
    'admin._area.settings_.attack-protection: save',
    'admin._area.settings_.branding: save',
    // Of the people of a connection it is asked what becomes of them, with their number.
    'admin._area.settings_.connections_.$id: save apps',
    'admin._area.settings_.connections_.new: send',
    'admin._area.settings_.log-streams: create',
    'admin._area.settings_.members: invite change-role',
    'admin._area.settings_.programs: create',
    'admin._area.settings_.registration: save create-initial-access',
    'admin._area.settings_.webhooks: create',
    'admin._area.settings_.webhooks_.$id: save',
    'account._area.security: send link-provider link-account',
    'portal._app.apps_.$clientId_.scopes: save',
    'portal._app.apps_.$clientId_.settings: save',
    'portal._app.apps_.$clientId_.testers: add-tester',
    'portal._app.apps_.new: send',
    'portal._app.organization: save-organization create-api-client change-password',
    'portal._app.team: invite change-role',
  ],
  'it ends one thing, whatever is said of that by now': [
    'admin._area.apis.$id: delete',
    'admin._area.settings: remove-authenticator',
    'admin._area.settings_.connections_.$id: delete',
    'admin._area.settings_.keys: revoke-key',
    'admin._area.settings_.log-streams: pause delete',
    'admin._area.settings_.members: take-back remove',
    'admin._area.settings_.programs: delete',
    'admin._area.settings_.registration: revoke-initial-access',
    'admin._area.settings_.webhooks_.$id: pause delete',
    'account._area._index: end-session end-other-sessions',
    'account._area.apps._index: revoke',
    'account._area.linking: deny',
    'account._area.security: remove-authenticator unlink-identity',
    'portal._app.apps_.$clientId: withdraw retire-secret',
    'portal._app.apps_.$clientId_.credentials: retire-secret',
    'portal._app.apps_.$clientId_.review: withdraw',
    'portal._app.apps_.$clientId_.settings: discard delete',
    'portal._app.apps_.$clientId_.testers: remove-tester',
    'portal._app.organization: delete-api-client',
    'portal._app.team: take-back remove',
  ],
  'it says whether somebody may act, and nothing of what they are': [
    'admin._area.apps.$client_id: suspend reinstate',
    'admin._area.partners.$id: suspend reinstate',
    'admin._area.users.$id: block unblock',
  ],
  'it makes one new thing, or sends something once more': [
    'admin._area.settings: replace-recovery-codes',
    'admin._area.settings_.connections_.$id: try',
    'admin._area.settings_.keys: rotate-key',
    'admin._area.settings_.log-streams: resume',
    'admin._area.settings_.webhooks_.$id: resume ping redeliver rotate-secret',
    'account._area._index: send-verification',
    'account._area.security: replace-recovery-codes',
  ],
  'it is the team’s own, and those who decide on it read it then': [
    'portal._app.apps_.$clientId: submit',
    'portal._app.apps_.$clientId_.review: submit',
  ],
}

const onItself = Object.values(ON_ITSELF).flatMap((lines) =>
  lines.flatMap((line) => {
    const [page = '', intents = ''] = line.split(': ')
    return intents.split(' ').map((intent) => `${page} ${intent}`)
  }),
)

let world: ManagementWorld

beforeAll(async () => {
  world = await createManagementWorld()
})

it('every act is one that decides on what its page has shown, or one that does not', () => {
  const known = acts.map(([name]) => name)
  const described = [...Object.keys(ON_WHAT_IS_SHOWN), ...onItself]
  const undecided = known.filter((name) => !described.includes(name))
  const gone = described.filter((name) => !known.includes(name))
  const advice =
    'An act that decides on what others wrote sends digestShown() along, refuses by changedSince(), and is walked here.'
  expect({ undecided, gone }, advice).toEqual({ undecided: [], gone: [] })
})

it.each(acts.filter(([name]) => name in ON_WHAT_IS_SHOWN))('%s', async (name, page, intent) => {
  const stage = await openStage(world, page.area)
  const given = (await deedOf(page, intent)?.given?.(stage)) ?? {}
  const press = await openForm(stage, page, intent, given)
  await ON_WHAT_IS_SHOWN[name]?.(given.about ?? '')
  const { answer, events } = await press()
  expect(answer.status).toBe(409)
  expect(events).toEqual([])
})
