import type { AppContext } from '~/context'
import { also, type Step } from '~db/database'
import { deleteWaitingChangesOf } from '~db/queries/identity-changes'
import { endSessionsOfUser } from '~db/queries/sessions'

/**
 * The steps that end the sessions of a person in every browser, and with them what was allowed in one of them and not
 * used: whoever ends sessions may do so as somebody else was there.
 * @param keepId the session of whoever does this
 */
export const endSessionsSteps = ({ clock }: Pick<AppContext, 'clock'>, userId: string, keepId?: string): Step[] => [
  also(endSessionsOfUser(userId, clock.now(), keepId)),
  also(deleteWaitingChangesOf(userId)),
]
