import { deleteAuthenticators, deleteRecoveryCodes } from '~db/queries/authenticators'
import { enrol } from '~tests/support/authenticator'
import type { Deed, Given, Stage } from './deed'

/** A code of a factor that is set up anew, and no other one. */
async function code({ world: { services }, doer }: Stage): Promise<Given> {
  const { userId } = doer.user
  await services.db.run(deleteAuthenticators(userId))
  await services.db.run(deleteRecoveryCodes(userId))
  return { fields: { code: await (await enrol(services, doer)).nextCode() } }
}

export const secondFactorDeeds = {
  'replace-recovery-codes': {
    events: ['authenticator.enrolled'],
    limit: { 'one-time-code': { code: '000000' } },
    given: code,
  },
  'remove-authenticator': {
    events: ['authenticator.removed'],
    limit: { 'one-time-code': { code: '000000' } },
    given: code,
  },
} satisfies Record<string, Deed>
